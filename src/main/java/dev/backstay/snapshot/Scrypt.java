package dev.backstay.snapshot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * How age encrypts a file key with a passphrase: the recipient type {@code scrypt} of its
 * specification (age-encryption.org/v1, "The scrypt recipient type").
 *
 * @param salt 16 bytes
 * @param logN the work factor: 2 to this power, each step up doubling time and memory
 */
record Scrypt(byte[] salt, int logN) {
  static final String TYPE = "scrypt";
  static final int SALT_BYTES = 16;
  static final int BODY_BYTES = 32;

  /** What age itself writes: a second on a fast machine, 256 MiB. */
  static final int USUAL_LOG_N = 18;

  /** What age itself accepts. More is no care but an attack: the reader would never come back. */
  static final int MOST_LOG_N = 22;

  private static final byte[] LABEL =
      "age-encryption.org/v1/scrypt".getBytes(StandardCharsets.US_ASCII);
  private static final int BLOCK_SIZE = 8;
  private static final int PARALLEL = 1;
  private static final int KEY_BYTES = 32;
  private static final String CIPHER = "ChaCha20-Poly1305";
  // The specification: all zero, for the key is used once.
  private static final byte[] NONCE = new byte[12];

  /** In bytes: 2 to the power of logN blocks of 128 × r. */
  long memory() {
    return (128L * BLOCK_SIZE) << logN;
  }

  byte[] wrap(byte[] fileKey, Passphrase passphrase) throws GeneralSecurityException {
    return cipher(Cipher.ENCRYPT_MODE, fileKey, passphrase);
  }

  /**
   * @throws javax.crypto.AEADBadTagException if it was another passphrase
   */
  byte[] unwrap(byte[] body, Passphrase passphrase) throws GeneralSecurityException {
    return cipher(Cipher.DECRYPT_MODE, body, passphrase);
  }

  private byte[] cipher(int mode, byte[] input, Passphrase passphrase)
      throws GeneralSecurityException {
    byte[] labelled = ByteBuffer.allocate(LABEL.length + salt.length).put(LABEL).put(salt).array();
    byte[] key =
        SCrypt.generate(passphrase.bytes(), labelled, 1 << logN, BLOCK_SIZE, PARALLEL, KEY_BYTES);
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(mode, new SecretKeySpec(key, CIPHER), new IvParameterSpec(NONCE));
      return cipher.doFinal(input);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }
}
