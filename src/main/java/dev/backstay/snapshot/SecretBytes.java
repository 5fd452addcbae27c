package dev.backstay.snapshot;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

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

  /** The same bytes, to be closed apart from these. */
  public SecretBytes copy() {
    return owning(bytes().clone());
  }

  /**
   * What somebody makes of these bytes, without a copy of them.
   *
   * @param reader gets the array itself, writes nothing to it, and what it makes of it is used
   *     before these bytes are closed
   */
  public <T> T read(Function<byte[], T> reader) {
    return reader.apply(bytes());
  }

  public boolean sameAs(SecretBytes other) {
    return MessageDigest.isEqual(bytes(), other.bytes());
  }

  /**
   * Whether a line of this text is the given one, white space left out of account.
   *
   * @param line in ASCII, without white space
   */
  public boolean hasLine(String line) {
    byte[] wanted = line.getBytes(StandardCharsets.US_ASCII);
    return lines().anyMatch(range -> is(range, wanted));
  }

  /**
   * A SHA-256 of each line that does not begin so, sorted: what two texts have in common can be
   * told without making a text of either.
   */
  public List<String> lineDigests(String unless) {
    byte[] prefix = unless.getBytes(StandardCharsets.US_ASCII);
    return lines().filter(at -> !begins(at, prefix)).map(this::digest).sorted().toList();
  }

  private record Range(int start, int end) {}

  private Stream<Range> lines() {
    byte[] text = bytes();
    List<Range> ranges = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= text.length; i++) {
      if (i == text.length || text[i] == '\n') {
        ranges.add(new Range(start, i));
        start = i + 1;
      }
    }
    return ranges.stream();
  }

  private boolean is(Range at, byte[] wanted) {
    int matched = 0;
    for (int i = at.start(); i < at.end(); i++) {
      if (bytes[i] > ' ') {
        if (matched == wanted.length || bytes[i] != wanted[matched]) {
          return false;
        }
        matched++;
      }
    }
    return matched == wanted.length;
  }

  private boolean begins(Range at, byte[] prefix) {
    return at.end() - at.start() >= prefix.length
        && Arrays.equals(bytes, at.start(), at.start() + prefix.length, prefix, 0, prefix.length);
  }

  private String digest(Range at) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(bytes, at.start(), at.end() - at.start());
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** SHA-256 in hex. */
  public String sha256() {
    return digest(new Range(0, bytes().length));
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
