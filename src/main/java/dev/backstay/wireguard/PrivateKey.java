package dev.backstay.wireguard;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * A Curve25519 private key. Printed as {@code ***}, overwritten with zeros on close. Safe for use
 * by several threads until it is closed.
 */
public final class PrivateKey implements AutoCloseable {
  private final byte[] scalar;

  private PrivateKey(byte[] scalar) {
    this.scalar = scalar;
  }

  /**
   * Reads a key as {@code wg} writes it: base64 for 32 bytes, white space around it ignored.
   *
   * @param ascii not kept, not wiped
   * @return empty if that is no key
   */
  public static Optional<PrivateKey> parse(byte[] ascii) {
    return KeyText.decode(ascii).map(PrivateKey::new);
  }

  /** A new one. */
  public static PrivateKey generate(SecureRandom random) {
    byte[] scalar = new byte[X25519.SCALAR_SIZE];
    X25519.generatePrivateKey(random, scalar);
    return new PrivateKey(scalar);
  }

  /** As {@code wg} writes it, without the end of its line. To be wiped by the caller. */
  public byte[] ascii() {
    return Base64.getEncoder().encode(scalar);
  }

  /** Another one of the same value, closed by itself. */
  PrivateKey copy() {
    return new PrivateKey(scalar.clone());
  }

  /** The public key that peers know its owner by (RFC 7748, section 6.1). */
  public PublicKey publicKey() {
    byte[] point = new byte[X25519.POINT_SIZE];
    X25519.scalarMultBase(scalar, 0, point, 0);
    return PublicKey.of(point);
  }

  /**
   * What the two owners of these keys have in common, and nobody else knows.
   *
   * @return to be wiped by the caller; empty for a public key of low order, which makes the same
   *     known bytes with every key (RFC 7748, section 6.1)
   */
  Optional<byte[]> agree(PublicKey other) {
    byte[] shared = new byte[X25519.POINT_SIZE];
    return X25519.calculateAgreement(scalar, 0, other.point(), 0, shared, 0)
        ? Optional.of(shared)
        : Optional.empty();
  }

  @Override
  public void close() {
    Arrays.fill(scalar, (byte) 0);
  }

  @Override
  public String toString() {
    return "***";
  }
}
