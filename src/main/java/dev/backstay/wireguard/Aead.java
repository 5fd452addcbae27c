package dev.backstay.wireguard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.AEADCipher;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.modes.XChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * ChaCha20-Poly1305 (RFC 8439) with a counter as its nonce, and XChaCha20-Poly1305
 * (draft-irtf-cfrg-xchacha) with a random one, for cookies.
 */
final class Aead {
  /** Of the tag that follows what was encrypted. */
  static final int TAG_BYTES = 16;

  static final int LONG_NONCE_BYTES = 24;

  private static final byte[] NOTHING = {};
  private static final int NONCE_BYTES = 12;

  private Aead() {}

  static byte[] seal(byte[] key, long counter, byte[] plain, byte[] bound) {
    return sealed(new ChaCha20Poly1305(), key, nonce(counter), plain, bound);
  }

  /**
   * @return empty if anything of it was altered, or the key is another one
   */
  static Optional<byte[]> open(byte[] key, long counter, byte[] sealed, byte[] bound) {
    return opened(new ChaCha20Poly1305(), key, nonce(counter), sealed, bound);
  }

  static byte[] sealLong(byte[] key, byte[] nonce, byte[] plain, byte[] bound) {
    return sealed(new XChaCha20Poly1305(), key, nonce, plain, bound);
  }

  /** As {@link #open}. */
  static Optional<byte[]> openLong(byte[] key, byte[] nonce, byte[] sealed, byte[] bound) {
    return opened(new XChaCha20Poly1305(), key, nonce, sealed, bound);
  }

  /** What binds nothing besides what it encrypts. */
  static byte[] nothing() {
    return NOTHING;
  }

  /** Four zeros, then the counter, least byte first (whitepaper, section 5.4.6). */
  private static byte[] nonce(long counter) {
    return ByteBuffer.allocate(NONCE_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(Integer.BYTES, counter)
        .array();
  }

  private static byte[] sealed(
      AEADCipher cipher, byte[] key, byte[] nonce, byte[] plain, byte[] bound) {
    try {
      return run(cipher, true, key, nonce, plain, bound);
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException("only what is opened can be invalid", e);
    }
  }

  private static Optional<byte[]> opened(
      AEADCipher cipher, byte[] key, byte[] nonce, byte[] sealed, byte[] bound) {
    try {
      return Optional.of(run(cipher, false, key, nonce, sealed, bound));
    } catch (InvalidCipherTextException altered) {
      return Optional.empty();
    }
  }

  private static byte[] run(
      AEADCipher cipher, boolean seal, byte[] key, byte[] nonce, byte[] in, byte[] bound)
      throws InvalidCipherTextException {
    cipher.init(
        seal, new AEADParameters(new KeyParameter(key), TAG_BYTES * Byte.SIZE, nonce, bound));
    byte[] out = new byte[cipher.getOutputSize(in.length)];
    int length = cipher.processBytes(in, 0, in.length, out, 0);
    cipher.doFinal(out, length);
    return out;
  }
}
