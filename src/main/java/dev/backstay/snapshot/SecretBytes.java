package dev.backstay.snapshot;

import java.util.Arrays;

/**
 * Bytes that nobody may see: printed as {@code ***}, overwritten with zeros on close. Not safe for
 * use by several threads.
 */
public final class SecretBytes implements AutoCloseable {
  private final byte[] bytes;
  private boolean wiped;

  private SecretBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes over the array: it is wiped on close, so the caller keeps no other use of it. */
  public static SecretBytes owning(byte[] bytes) {
    return new SecretBytes(bytes);
  }

  /** In bytes; still known after close. */
  public int size() {
    return bytes.length;
  }

  /**
   * The array itself, not a copy.
   *
   * @throws IllegalStateException after close
   */
  byte[] bytes() {
    if (wiped) {
      throw new IllegalStateException("these bytes have been wiped");
    }
    return bytes;
  }

  @Override
  public void close() {
    wiped = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "***";
  }
}
