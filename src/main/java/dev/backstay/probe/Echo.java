package dev.backstay.probe;

import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * ICMP echo in IPv4 (RFC 791, RFC 792) and in IPv6 (RFC 8200, RFC 4443), written and read by hand:
 * packets inside of a tunnel that this machine has no interface for.
 */
final class Echo {
  private static final int HEADER_4 = 20;
  private static final int HEADER_6 = 40;
  private static final int ICMP_HEADER = 8;
  private static final int PROTOCOL_ICMP = 1;
  private static final int PROTOCOL_ICMP_6 = 58;
  private static final int CHECKSUM_4_AT = 10;
  private static final int ICMP_CHECKSUM_AT = 2;
  private static final short DO_NOT_FRAGMENT = 0x4000;
  private static final int MORE_OR_OFFSET = 0x3fff;
  private static final byte HOPS = 64;

  private static final byte REQUEST_4 = 8;
  private static final byte REPLY_4 = 0;
  private static final byte UNREACHABLE_4 = 3;
  private static final byte TOO_LARGE_4 = 4;
  private static final byte REQUEST_6 = (byte) 128;
  private static final byte REPLY_6 = (byte) 129;
  private static final byte UNREACHABLE_6 = 1;

  private Echo() {}

  /** What came out of a tunnel. */
  sealed interface Heard {
    /**
     * @param bytes of the whole packet
     */
    record Reply(int identifier, int sequence, int bytes) implements Heard {}

    /** Somebody says that what we ask for cannot be had. */
    record Refusal(String words) implements Heard {}
  }

  /**
   * A ping of exactly so many bytes, which nobody may cut into pieces.
   *
   * @param bytes at least 48, of the whole packet
   */
  static byte[] request(Ping ping, int identifier, int sequence, int bytes) {
    return ping.from() instanceof Inet6Address
        ? six(ping, identifier, sequence, bytes)
        : four(ping, identifier, sequence, bytes);
  }

  private static byte[] four(Ping ping, int identifier, int sequence, int bytes) {
    ByteBuffer packet = ByteBuffer.allocate(bytes);
    packet.put((byte) 0x45).put((byte) 0).putShort((short) bytes);
    packet.putShort((short) 0).putShort(DO_NOT_FRAGMENT);
    packet.put(HOPS).put((byte) PROTOCOL_ICMP).putShort((short) 0);
    packet.put(ping.from().getAddress()).put(ping.to().getAddress());
    packet.putShort(CHECKSUM_4_AT, checksum(0, packet.array(), 0, HEADER_4));
    echo(packet, REQUEST_4, identifier, sequence);
    packet.putShort(HEADER_4 + ICMP_CHECKSUM_AT, checksum(0, packet.array(), HEADER_4, bytes));
    return packet.array();
  }

  private static byte[] six(Ping ping, int identifier, int sequence, int bytes) {
    int length = bytes - HEADER_6;
    ByteBuffer packet = ByteBuffer.allocate(bytes);
    packet.putInt(0x60000000).putShort((short) length).put((byte) PROTOCOL_ICMP_6).put(HOPS);
    packet.put(ping.from().getAddress()).put(ping.to().getAddress());
    echo(packet, REQUEST_6, identifier, sequence);
    // RFC 8200, section 8.1: addresses, length and protocol count as if they were part of it.
    long pseudo = sum(length + PROTOCOL_ICMP_6, packet.array(), ICMP_HEADER, HEADER_6);
    packet.putShort(HEADER_6 + ICMP_CHECKSUM_AT, checksum(pseudo, packet.array(), HEADER_6, bytes));
    return packet.array();
  }

  private static void echo(ByteBuffer packet, byte type, int identifier, int sequence) {
    packet.put(type).put((byte) 0).putShort((short) 0);
    packet.putShort((short) identifier).putShort((short) sequence);
    while (packet.hasRemaining()) {
      packet.put((byte) packet.position());
    }
  }

  /**
   * @param packet as it came, with what it was filled up by
   * @return empty for anything else, and for pieces of a packet
   */
  static Optional<Heard> read(byte[] packet) {
    if (packet.length >= HEADER_4 && packet[0] >> 4 == 4) {
      return readFour(ByteBuffer.wrap(packet));
    }
    if (packet.length >= HEADER_6 && packet[0] >> 4 == 6) {
      return readSix(ByteBuffer.wrap(packet));
    }
    return Optional.empty();
  }

  private static Optional<Heard> readFour(ByteBuffer packet) {
    int header = (packet.get(0) & 0x0f) * Integer.BYTES;
    int bytes = Short.toUnsignedInt(packet.getShort(2));
    boolean whole = (packet.getShort(6) & MORE_OR_OFFSET) == 0;
    if (packet.get(9) != PROTOCOL_ICMP
        || !whole
        || header < HEADER_4
        || bytes < header + ICMP_HEADER
        || bytes > packet.limit()) {
      return Optional.empty();
    }
    byte type = packet.get(header);
    byte code = packet.get(header + 1);
    return switch (type) {
      case REPLY_4 -> Optional.of(reply(packet, header, bytes));
      case UNREACHABLE_4 ->
          code == TOO_LARGE_4
              ? Optional.empty()
              : Optional.of(new Heard.Refusal("destination unreachable, code " + code));
      default -> Optional.empty();
    };
  }

  private static Optional<Heard> readSix(ByteBuffer packet) {
    int bytes = HEADER_6 + Short.toUnsignedInt(packet.getShort(4));
    if (packet.get(6) != PROTOCOL_ICMP_6
        || bytes < HEADER_6 + ICMP_HEADER
        || bytes > packet.limit()) {
      return Optional.empty();
    }
    byte type = packet.get(HEADER_6);
    return switch (type) {
      case REPLY_6 -> Optional.of(reply(packet, HEADER_6, bytes));
      case UNREACHABLE_6 ->
          Optional.of(
              new Heard.Refusal("destination unreachable, code " + packet.get(HEADER_6 + 1)));
      default -> Optional.empty();
    };
  }

  private static Heard reply(ByteBuffer packet, int at, int bytes) {
    return new Heard.Reply(
        Short.toUnsignedInt(packet.getShort(at + 4)),
        Short.toUnsignedInt(packet.getShort(at + 6)),
        bytes);
  }

  /** RFC 1071: the ones' complement of the sum of all pairs of bytes. */
  static short checksum(long before, byte[] bytes, int from, int to) {
    long sum = sum(before, bytes, from, to);
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (short) ~sum;
  }

  private static long sum(long before, byte[] bytes, int from, int to) {
    long sum = before;
    for (int i = from; i < to; i++) {
      int value = bytes[i] & 0xff;
      sum += (i - from) % 2 == 0 ? value << 8 : value;
    }
    return sum;
  }
}
