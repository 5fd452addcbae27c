package dev.backstay.wireguard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The four messages of WireGuard ({@code wireguard.md} §4.1; whitepaper, section 5.4). Each begins
 * with its number and three zeros; all numbers in them have the least byte first.
 */
public enum MessageType {
  /**
   * Type, sender's index, ephemeral key at 8, static key at 40, timestamp at 88, macs at 116 and
   * 132.
   */
  INITIATION(1, 148, Integer.BYTES),
  /** Type, sender's index, receiver's at 8, ephemeral key at 12, a tag at 44, macs at 60 and 76. */
  RESPONSE(2, 92, 2 * Integer.BYTES),
  /** Type, receiver's index, nonce at 8, cookie at 32. */
  COOKIE_REPLY(3, 64, Integer.BYTES),
  /** Type, receiver's index, counter at 8, packet at 16; without a packet it is a keepalive. */
  DATA(4, Timing.KEEPALIVE_BYTES, Integer.BYTES);

  private final int number;
  private final int bytes;
  private final int indexAt;

  MessageType(int number, int bytes, int indexAt) {
    this.number = number;
    this.bytes = bytes;
    this.indexAt = indexAt;
  }

  /** What a datagram is by its first bytes and its length; empty for nothing of WireGuard. */
  public static Optional<MessageType> of(byte[] datagram) {
    if (datagram.length < Integer.BYTES) {
      return Optional.empty();
    }
    int first = littleEndian(datagram).getInt();
    for (MessageType type : values()) {
      if (type.number == first) {
        return type.fits(datagram.length) ? Optional.of(type) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private boolean fits(int length) {
    return this == DATA ? length >= bytes : length == bytes;
  }

  /** Of the whole message; of the shortest one for {@link #DATA}. */
  public int bytes() {
    return bytes;
  }

  /**
   * By which index the one who gets this message of this type knows what it belongs to; for an
   * initiation, by which its sender wants to be answered.
   */
  public int index(byte[] message) {
    return littleEndian(message).getInt(indexAt);
  }

  /** An empty message of {@code length} bytes, its type written and the position after it. */
  ByteBuffer begin(int length) {
    return littleEndian(new byte[length]).putInt(number);
  }

  static ByteBuffer littleEndian(byte[] message) {
    return ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
  }
}
