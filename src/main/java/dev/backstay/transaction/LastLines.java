package dev.backstay.transaction;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The last minutes of what an observer has told, in little memory: a rollout may watch thousands of
 * gateways at once. One line is much like the one before, so each is compressed with the first one
 * of its group as the dictionary, and whole groups are forgotten. Safe for use by several threads.
 */
final class LastLines {
  /** A second each. */
  static final int LINES = 180;

  private static final int GROUP = 20;

  /** Compressed; the newest group stays whatever it has. */
  private static final int MOST_BYTES = 64 * 1024;

  private final Deque<Group> groups = new ArrayDeque<>();

  private static final class Group {
    private final byte[] first;
    private final int size;
    private final Deque<byte[]> others = new ArrayDeque<>();

    Group(byte[] line) {
      this.first = deflate(line, new byte[0]);
      this.size = line.length;
    }

    byte[] key() {
      return inflate(first, new byte[0], size);
    }

    int bytes() {
      return first.length + others.stream().mapToInt(line -> line.length).sum();
    }
  }

  synchronized void add(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    if (groups.isEmpty() || groups.getLast().others.size() >= GROUP - 1) {
      groups.addLast(new Group(bytes));
    } else {
      Group last = groups.getLast();
      byte[] packed = deflate(bytes, last.key());
      // With its length before it, as four bytes.
      byte[] sized = new byte[packed.length + 4];
      for (int i = 0; i < 4; i++) {
        sized[i] = (byte) (bytes.length >>> (8 * i));
      }
      System.arraycopy(packed, 0, sized, 4, packed.length);
      last.others.addLast(sized);
    }
    while (groups.size() > 1
        && (groups.size() > LINES / GROUP
            || groups.stream().mapToInt(Group::bytes).sum() > MOST_BYTES)) {
      groups.removeFirst();
    }
  }

  /**
   * @param most bytes; if there is more, the oldest lines are left out
   */
  synchronized byte[] text(int most) {
    Deque<byte[]> kept = new ArrayDeque<>();
    int size = 0;
    for (var newest = groups.descendingIterator(); newest.hasNext(); ) {
      Group group = newest.next();
      byte[] key = group.key();
      Deque<byte[]> lines = new ArrayDeque<>();
      lines.addLast(key);
      group.others.forEach(line -> lines.addLast(unpacked(line, key)));
      for (var line = lines.descendingIterator(); line.hasNext(); ) {
        byte[] bytes = line.next();
        size += bytes.length + 1;
        if (size > most) {
          return joined(kept);
        }
        kept.addFirst(bytes);
      }
    }
    return joined(kept);
  }

  private static byte[] joined(Deque<byte[]> lines) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    lines.forEach(line -> {
      text.writeBytes(line);
      text.write('\n');
    });
    return text.toByteArray();
  }

  private static byte[] unpacked(byte[] sized, byte[] key) {
    int length = 0;
    for (int i = 0; i < 4; i++) {
      length |= (sized[i] & 0xff) << (8 * i);
    }
    return inflate(Arrays.copyOfRange(sized, 4, sized.length), key, length);
  }

  private static byte[] deflate(byte[] line, byte[] dictionary) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      if (dictionary.length > 0) {
        deflater.setDictionary(dictionary);
      }
      deflater.setInput(line);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[4096];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static byte[] inflate(byte[] packed, byte[] dictionary, int size) {
    Inflater inflater = new Inflater(true);
    try {
      if (dictionary.length > 0) {
        inflater.setDictionary(dictionary);
      }
      inflater.setInput(packed);
      byte[] line = new byte[size];
      int read = 0;
      while (read < size && !inflater.finished()) {
        read += inflater.inflate(line, read, size - read);
      }
      return line;
    } catch (DataFormatException e) {
      throw new IllegalStateException("what was compressed here can be read here", e);
    } finally {
      inflater.end();
    }
  }
}
