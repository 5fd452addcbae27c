package dev.backstay.snapshot;

import java.nio.file.Path;
import java.util.List;

/** Who shall be able to read a new vault. */
public sealed interface Keyholders {
  /**
   * People or machines that already have an age identity. The controller then needs none, and can
   * read back only the structure of its snapshots.
   *
   * @param recipients {@code age1…}, at least one
   */
  record Recipients(List<String> recipients) implements Keyholders {
    public Recipients {
      recipients = List.copyOf(recipients);
    }
  }

  /**
   * Nobody yet: an identity is made.
   *
   * @param file where to write it, mode 0600; must not exist. Whoever loses it loses the vault
   */
  record NewIdentity(Path file) implements Keyholders {}
}
