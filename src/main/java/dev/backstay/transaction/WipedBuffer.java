package dev.backstay.transaction;

import java.io.OutputStream;
import java.util.Arrays;

/** A growing buffer for secrets: what it outgrows is wiped, and its content is handed over once. */
final class WipedBuffer extends OutputStream {
  private byte[] bytes = new byte[64 * 1024];
  private int size;

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) {
    if (size + length > bytes.length) {
      byte[] larger = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + length));
      Arrays.fill(bytes, (byte) 0);
      bytes = larger;
    }
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
  }

  /** The content, which the caller wipes; the buffer is empty afterwards. */
  byte[] takeBytes() {
    byte[] content = Arrays.copyOf(bytes, size);
    Arrays.fill(bytes, (byte) 0);
    size = 0;
    return content;
  }
}
