package dev.backstay.wireguard;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * What a responder under load gives to whoever really has the address that a message came from
 * (whitepaper, section 5.3). Printed as {@code ***}. Immutable.
 */
public final class Cookie {
  static final int BYTES = 16;

  private final byte[] value;

  Cookie(byte[] value) {
    this.value = value;
  }

  public static Cookie generate(SecureRandom random) {
    byte[] value = new byte[BYTES];
    random.nextBytes(value);
    return new Cookie(value);
  }

  /** The array itself: to be read, and not kept. */
  byte[] value() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cookie cookie && MessageDigest.isEqual(value, cookie.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "***";
  }
}
