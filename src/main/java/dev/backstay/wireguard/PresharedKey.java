package dev.backstay.wireguard;

import java.util.Arrays;
import java.util.Optional;

/**
 * A secret that both ends of a tunnel were given beforehand. Printed as {@code ***}, overwritten
 * with zeros on close. Safe for use by several threads until it is closed.
 */
public final class PresharedKey implements AutoCloseable {
  private final byte[] key;

  private PresharedKey(byte[] key) {
    this.key = key;
  }

  /**
   * Reads a key as {@code wg genpsk} writes it.
   *
   * @param ascii not kept, not wiped
   * @return empty if that is no key
   */
  public static Optional<PresharedKey> parse(byte[] ascii) {
    return KeyText.decode(ascii).map(PresharedKey::new);
  }

  /** What peers without a preshared key have instead: zeros (whitepaper, section 5.2). */
  public static PresharedKey none() {
    return new PresharedKey(new byte[KeyText.KEY_BYTES]);
  }

  /** Another one of the same value, closed by itself. */
  PresharedKey copy() {
    return new PresharedKey(key.clone());
  }

  /** The array itself: to be read, and not kept. */
  byte[] bytes() {
    return key;
  }

  @Override
  public void close() {
    Arrays.fill(key, (byte) 0);
  }

  @Override
  public String toString() {
    return "***";
  }
}
