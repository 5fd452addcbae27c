package dev.backstay.wireguard;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Keys and messages as tests write them down. */
final class Bytes {
  private Bytes() {}

  static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** As many times the same byte as a key is long. */
  static byte[] repeated(int value) {
    byte[] key = new byte[KeyText.KEY_BYTES];
    Arrays.fill(key, (byte) value);
    return key;
  }

  static PrivateKey privateKey(byte[] scalar) {
    return PrivateKey.parse(Base64.getEncoder().encode(scalar)).orElseThrow();
  }

  static PresharedKey presharedKey(byte[] key) {
    return PresharedKey.parse(Base64.getEncoder().encode(key)).orElseThrow();
  }

  /** With one bit of one byte turned over. */
  static byte[] altered(byte[] message, int at) {
    byte[] altered = message.clone();
    altered[at] ^= 0x10;
    return altered;
  }
}
