package dev.backstay.snapshot;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A passphrase that shall be able to open the vault. age can encrypt a file either for a passphrase
 * or for keys, and each guess of a passphrase costs a second: therefore it opens a key of its own,
 * which lies encrypted in the vault, and the files are encrypted for that key like any other.
 *
 * @param name whose it is, public: letters, digits, dot, underscore, hyphen; at most 64 characters
 * @param passphrase closed by whoever made it
 */
public record NewPassphrase(String name, Passphrase passphrase) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /**
   * @throws dev.backstay.problem.ProblemException {@code passphrase-name-invalid}, {@code
   *     passphrase-weak}
   */
  public NewPassphrase {
    requireName(name);
    passphrase.requireStrong();
  }

  private static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw VaultProblems.passphraseNameInvalid(name);
    }
  }

  /**
   * Returns if it can be the name of one more passphrase.
   *
   * @throws dev.backstay.problem.ProblemException {@code passphrase-name-invalid}, {@code
   *     passphrase-exists}
   */
  public static void requireFree(String name, Collection<String> taken) {
    requireName(name);
    if (taken.contains(name)) {
      throw VaultProblems.passphraseExists(name);
    }
  }

  /**
   * @param recipient the public half of the key
   * @param file {@code passphrases/NAME.age}: the key's identity file, as {@code age -p} writes it
   */
  record Sealed(String name, String recipient, byte[] file) {}

  /** With a key made now. Takes seconds. */
  Sealed seal(Instant now, SecureRandom random) throws IOException {
    try (NewIdentity identity = NewIdentity.generate(now)) {
      return seal(identity.text(), identity.recipient(), random);
    }
  }

  /** With the key there is. Takes seconds. */
  Sealed seal(IdentityText identity, String recipient, SecureRandom random) throws IOException {
    ScryptWriter writer = new ScryptWriter(passphrase, passphrase.logN(), random);
    return new Sealed(name, recipient, Age.encrypt(identity.bytes(), List.of(writer)));
  }
}
