package dev.backstay.snapshot;

import java.security.SecureRandom;

/**
 * Makes a passphrase for those who do not want to think of one: five groups of five characters, 125
 * random bits. More than age's ten words hold (110), and as easily copied from paper.
 */
public final class RandomPassphrase {
  // 32 characters without l, o, 0 and 1, which people mistake for each other.
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
  private static final int GROUPS = 5;
  private static final int GROUP = 5;

  private RandomPassphrase() {}

  /** The caller wipes it. */
  public static char[] generate(SecureRandom random) {
    char[] text = new char[GROUPS * (GROUP + 1) - 1];
    for (int i = 0; i < text.length; i++) {
      text[i] = i % (GROUP + 1) == GROUP ? '-' : ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    }
    return text;
  }
}
