package dev.backstay.snapshot;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What a person remembers or keeps on paper. Printed as {@code ***}, wiped on close. Not safe for
 * use by several threads.
 */
public final class Passphrase implements AutoCloseable {
  // The repository is public to whoever has a clone, so guesses are free; age makes each cost a
  // second. A random word of ten letters stands that for years, one of six does not.
  private static final int SHORTEST = 10;
  private static final int FEWEST_DIFFERENT = 5;

  private final SecretBytes utf8;
  private final int characters;
  private final int different;
  private final int logN;

  private Passphrase(SecretBytes utf8, int characters, int different, int logN) {
    this.utf8 = utf8;
    this.characters = characters;
    this.different = different;
    this.logN = logN;
  }

  /**
   * Takes over what was typed and wipes it. Characters count as they are: age does not change them
   * either.
   */
  public static Passphrase owning(char[] typed) {
    return owning(typed, Scrypt.USUAL_LOG_N);
  }

  /**
   * @param logN how dear each guess is made where the passphrase is set; lower than usual only
   *     where nothing is to be protected
   */
  static Passphrase owning(char[] typed, int logN) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed));
      byte[] utf8 = new byte[encoded.remaining()];
      encoded.get(utf8);
      Arrays.fill(encoded.array(), (byte) 0);
      int different = (int) CharBuffer.wrap(typed).chars().distinct().count();
      return new Passphrase(SecretBytes.owning(utf8), typed.length, different, logN);
    } finally {
      Arrays.fill(typed, '\0');
    }
  }

  public boolean isEmpty() {
    return characters == 0;
  }

  public boolean same(Passphrase other) {
    return MessageDigest.isEqual(bytes(), other.bytes());
  }

  /**
   * Returns if it may protect an identity.
   *
   * @throws dev.backstay.problem.ProblemException {@code passphrase-weak}
   */
  public void requireStrong() {
    if (characters < SHORTEST) {
      throw VaultProblems.passphraseWeak(
          "it has " + characters + " characters, and " + SHORTEST + " are the least");
    }
    if (different < FEWEST_DIFFERENT) {
      throw VaultProblems.passphraseWeak("it repeats the same few characters");
    }
  }

  int logN() {
    return logN;
  }

  byte[] bytes() {
    return utf8.bytes();
  }

  @Override
  public void close() {
    utf8.close();
  }

  @Override
  public String toString() {
    return "***";
  }
}
