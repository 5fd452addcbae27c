package dev.backstay.wireguard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A Curve25519 public key as {@code wg} prints it: 44 characters of base64 for 32 bytes. Names a
 * peer on an interface; not a secret.
 */
public record PublicKey(@JsonValue String base64) implements Comparable<PublicKey> {
  /** 43 characters and the padding; the last carries four bits only, hence the short class. */
  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=");

  /**
   * @throws IllegalArgumentException if the text is not the base64 of 32 bytes
   */
  @JsonCreator
  public PublicKey {
    if (!SHAPE.matcher(base64).matches()) {
      throw new IllegalArgumentException("not a WireGuard public key: '" + base64 + "'");
    }
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
