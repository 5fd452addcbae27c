package dev.backstay.wireguard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Base64;

/**
 * A Curve25519 public key as {@code wg} prints it: 44 characters of base64 for 32 bytes. Names a
 * peer on an interface; not a secret.
 */
public record PublicKey(@JsonValue String base64) implements Comparable<PublicKey> {
  /** 43 characters and the padding. */
  private static final int LENGTH = 44;

  /** The last of them carries four bits only. */
  private static final String LAST = "AEIMQUYcgkosw048";

  /**
   * @throws IllegalArgumentException if the text is not the base64 of 32 bytes
   */
  @JsonCreator
  public PublicKey {
    if (!isOne(base64)) {
      throw new IllegalArgumentException("not a WireGuard public key: '" + base64 + "'");
    }
  }

  /**
   * @throws IllegalArgumentException if these are not 32 bytes
   */
  static PublicKey of(byte[] point) {
    return new PublicKey(Base64.getEncoder().encodeToString(point));
  }

  /** The 32 bytes that stand on the wire. */
  byte[] point() {
    return Base64.getDecoder().decode(base64);
  }

  /** By hand: an observer reads each key of each gateway every second. */
  public static boolean isOne(String text) {
    if (text.length() != LENGTH
        || text.charAt(LENGTH - 1) != '='
        || LAST.indexOf(text.charAt(LENGTH - 2)) < 0) {
      return false;
    }
    for (int i = 0; i < LENGTH - 2; i++) {
      if (!isBase64(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBase64(char one) {
    return (one >= 'A' && one <= 'Z')
        || (one >= 'a' && one <= 'z')
        || (one >= '0' && one <= '9')
        || one == '+'
        || one == '/';
  }

  /** The first eight characters, enough for a person to tell peers apart. */
  public String abbreviated() {
    return base64.substring(0, 8) + "…";
  }

  @Override
  public int compareTo(PublicKey other) {
    return base64.compareTo(other.base64);
  }

  @Override
  public String toString() {
    return base64;
  }
}
