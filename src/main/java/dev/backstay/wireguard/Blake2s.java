package dev.backstay.wireguard;

import java.util.Arrays;
import org.bouncycastle.crypto.digests.Blake2sDigest;

/**
 * BLAKE2s (RFC 7693) as WireGuard uses it: as a hash, keyed, and in HMAC (RFC 2104), which makes
 * the key derivation (RFC 5869). {@code wireguard.md} §4.1; whitepaper, section 5.4.
 */
final class Blake2s {
  static final int BYTES = 32;

  /** The length of what {@link #keyed} makes. */
  static final int MAC_BYTES = 16;

  private static final int BLOCK_BYTES = 64;
  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  private Blake2s() {}

  /** Of the parts, one after the other. */
  static byte[] hash(byte[]... parts) {
    Blake2sDigest digest = new Blake2sDigest(BYTES * Byte.SIZE);
    return finish(digest, parts);
  }

  /** Keyed BLAKE2s, not HMAC: over the first bytes of a message. */
  static byte[] keyed(byte[] key, byte[] message, int length) {
    Blake2sDigest digest = new Blake2sDigest(key, MAC_BYTES, null, null);
    digest.update(message, 0, length);
    byte[] mac = new byte[MAC_BYTES];
    digest.doFinal(mac, 0);
    digest.clearKey();
    return mac;
  }

  /**
   * @param key at most a block: WireGuard's have 32 bytes
   */
  static byte[] hmac(byte[] key, byte[]... parts) {
    byte[] inner = xored(key, INNER);
    byte[] outer = xored(key, OUTER);
    Blake2sDigest digest = new Blake2sDigest(BYTES * Byte.SIZE);
    digest.update(inner, 0, BLOCK_BYTES);
    byte[] half = finish(digest, parts);
    byte[] mac = hash(outer, half);
    Secrets.wipe(inner, outer, half);
    return mac;
  }

  /**
   * The function KDF of the protocol: as many keys as asked for out of a chaining key and something
   * new.
   *
   * @return to be wiped by the caller
   */
  static byte[][] derive(int keys, byte[] chain, byte[] input) {
    byte[] secret = hmac(chain, input);
    byte[][] derived = new byte[keys][];
    byte[] before = {};
    for (int i = 0; i < keys; i++) {
      derived[i] = hmac(secret, before, new byte[] {(byte) (i + 1)});
      before = derived[i];
    }
    Secrets.wipe(secret);
    return derived;
  }

  private static byte[] finish(Blake2sDigest digest, byte[]... parts) {
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] hash = new byte[BYTES];
    digest.doFinal(hash, 0);
    return hash;
  }

  private static byte[] xored(byte[] key, byte with) {
    byte[] block = Arrays.copyOf(key, BLOCK_BYTES);
    for (int i = 0; i < block.length; i++) {
      block[i] ^= with;
    }
    return block;
  }
}
