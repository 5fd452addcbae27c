package dev.backstay.wireguard;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The timestamp of an initiation. A responder takes only one that is later than the last one of the
 * same peer; that it tells the time is not needed ({@code wireguard.md} §4.1).
 *
 * @param seconds since 1970, at least 0
 * @param nanos 0 to 999 999 999
 */
public record Tai64n(long seconds, int nanos) implements Comparable<Tai64n> {
  static final int BYTES = 12;

  /** 2^62, and the ten seconds that TAI was ahead in 1970. */
  private static final long EPOCH = 0x4000_0000_0000_000aL;

  private static final int SECOND = 1_000_000_000;

  private static final Comparator<Tai64n> ORDER =
      Comparator.comparingLong(Tai64n::seconds).thenComparingInt(Tai64n::nanos);

  public Tai64n {
    if (seconds < 0 || seconds > Long.MAX_VALUE - EPOCH || nanos < 0 || nanos >= SECOND) {
      throw new IllegalArgumentException(seconds + " s, " + nanos + " ns is no timestamp");
    }
  }

  /** Of a moment from 1970 on. */
  public static Tai64n of(Instant moment) {
    return new Tai64n(moment.getEpochSecond(), moment.getNano());
  }

  /** This one, or the smallest that is later than another one. */
  public Tai64n orAfter(Tai64n last) {
    return compareTo(last) > 0 ? this : last.next();
  }

  private Tai64n next() {
    return nanos + 1 < SECOND ? new Tai64n(seconds, nanos + 1) : new Tai64n(seconds + 1, 0);
  }

  /** As {@link #hex} writes it; empty if that is none. */
  public static Optional<Tai64n> parse(String hex) {
    return hex.matches("[0-9a-f]{24}") ? read(HexFormat.of().parseHex(hex)) : Optional.empty();
  }

  static Optional<Tai64n> read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long seconds = in.getLong() - EPOCH;
    int nanos = in.getInt();
    return seconds < 0 || nanos < 0 || nanos >= SECOND
        ? Optional.empty()
        : Optional.of(new Tai64n(seconds, nanos));
  }

  /** As it stands in the message, in hex. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }

  byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(EPOCH + seconds).putInt(nanos).array();
  }

  @Override
  public int compareTo(Tai64n other) {
    return ORDER.compare(this, other);
  }
}
