package dev.backstay.wireguard;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * A Curve25519 private key. Printed as {@code ***}, overwritten with zeros on close. Not safe for
 * use by several threads.
 */
public final class PrivateKey implements AutoCloseable {
  private static final int BASE64_CHARACTERS = 44;

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
    int start = 0;
    int end = ascii.length;
    while (start < end && ascii[start] <= ' ') {
      start++;
    }
    while (end > start && ascii[end - 1] <= ' ') {
      end--;
    }
    if (end - start != BASE64_CHARACTERS) {
      return Optional.empty();
    }
    byte[] text = Arrays.copyOfRange(ascii, start, end);
    try {
      byte[] scalar = Base64.getDecoder().decode(text);
      if (scalar.length == X25519.SCALAR_SIZE) {
        return Optional.of(new PrivateKey(scalar));
      }
      Arrays.fill(scalar, (byte) 0);
      return Optional.empty();
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /** The public key that peers know its owner by (RFC 7748, section 6.1). */
  public PublicKey publicKey() {
    byte[] point = new byte[X25519.POINT_SIZE];
    X25519.scalarMultBase(scalar, 0, point, 0);
    return new PublicKey(Base64.getEncoder().encodeToString(point));
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
