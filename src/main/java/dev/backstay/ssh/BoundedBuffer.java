package dev.backstay.ssh;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Keeps the first bytes up to a limit and remembers whether there were more. Thread-safe. */
final class BoundedBuffer extends OutputStream {
  private final int limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private boolean truncated;

  BoundedBuffer(int limit) {
    this.limit = limit;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    int room = Math.min(length, limit - kept.size());
    kept.write(bytes, offset, room);
    truncated |= room < length;
  }

  synchronized boolean truncated() {
    return truncated;
  }

  synchronized String text() {
    return kept.toString(StandardCharsets.UTF_8);
  }
}
