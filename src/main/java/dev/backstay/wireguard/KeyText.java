package dev.backstay.wireguard;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Secret keys as {@code wg} writes them: base64 for 32 bytes, and white space around it. */
final class KeyText {
  /** Of every key of WireGuard, secret or not. */
  static final int KEY_BYTES = 32;

  private static final int CHARACTERS = 44;

  private KeyText() {}

  /**
   * @param ascii not kept, not wiped
   * @return the key, which the caller wipes; empty if that is none
   */
  static Optional<byte[]> decode(byte[] ascii) {
    int start = 0;
    int end = ascii.length;
    while (start < end && ascii[start] <= ' ') {
      start++;
    }
    while (end > start && ascii[end - 1] <= ' ') {
      end--;
    }
    if (end - start != CHARACTERS) {
      return Optional.empty();
    }
    byte[] text = Arrays.copyOfRange(ascii, start, end);
    try {
      byte[] key = Base64.getDecoder().decode(text);
      if (key.length == KEY_BYTES) {
        return Optional.of(key);
      }
      Arrays.fill(key, (byte) 0);
      return Optional.empty();
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }
}
