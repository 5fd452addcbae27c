package dev.backstay.snapshot;

import java.nio.file.Path;
import java.util.List;

/** Who shall be able to read a new vault. */
public sealed interface Keyholders {
  /**
   * People or machines that already have an age identity, or a passphrase. The controller then
   * needs none, and can read back only the structure of its snapshots.
   *
   * @param recipients {@code age1…}
   * @param passphrases at least one, if there is no recipient
   */
  record Recipients(List<String> recipients, List<NewPassphrase> passphrases)
      implements Keyholders {
    public Recipients {
      recipients = List.copyOf(recipients);
      passphrases = List.copyOf(passphrases);
    }

    public Recipients(List<String> recipients) {
      this(recipients, List.of());
    }
  }

  /**
   * Nobody yet: an identity is made.
   *
   * @param file where to write it, mode 0600; must not exist. Whoever loses it loses the vault
   */
  record NewIdentity(Path file) implements Keyholders {}
}
