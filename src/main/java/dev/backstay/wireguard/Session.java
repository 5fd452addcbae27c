package dev.backstay.wireguard;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A pair of keys that both ends have agreed upon, and the counters that make each of them good for
 * many packets. The keys are overwritten with zeros on close. Not safe for use by several threads.
 */
public final class Session implements AutoCloseable {
  private static final int COUNTER_AT = 8;
  private static final int PACKET_AT = 16;

  private final byte[] sendKey;
  private final byte[] receiveKey;
  private final int own;
  private final int other;
  private final ReplayWindow window = new ReplayWindow();
  private long sent;
  private boolean closed;

  /**
   * @param sendKey taken over
   * @param receiveKey taken over
   * @param own index by which the other end names this session
   * @param other index by which this end names it to the other
   */
  Session(byte[] sendKey, byte[] receiveKey, int own, int other) {
    this.sendKey = sendKey;
    this.receiveKey = receiveKey;
    this.own = own;
    this.other = other;
  }

  /**
   * A packet, filled up with zeros so that its length tells less, but to no more than the MTU; an
   * empty one is a keepalive and stays so.
   *
   * @param mtu of the tunnel, at least the length of the packet
   */
  public byte[] seal(byte[] packet, int mtu) {
    requireOpen();
    int padded = Math.min(roundedUp(packet.length), Math.max(mtu, packet.length));
    byte[] sealed = Aead.seal(sendKey, sent, Arrays.copyOf(packet, padded), Aead.nothing());
    ByteBuffer message = MessageType.DATA.begin(PACKET_AT + sealed.length);
    message.putInt(other).putLong(sent).put(sealed);
    sent = Math.incrementExact(sent);
    return message.array();
  }

  /** Tells that this end is there, and confirms the session to whoever answered. */
  public byte[] keepalive() {
    return seal(new byte[0], 0);
  }

  /**
   * What somebody sent under this session, with what it was filled up by; of no length for a
   * keepalive.
   *
   * @param message of type {@link MessageType#DATA}
   * @return empty for another session, and for what was altered or has come before
   */
  public Optional<byte[]> open(byte[] message) {
    requireOpen();
    if (MessageType.DATA.index(message) != own) {
      return Optional.empty();
    }
    long counter = MessageType.littleEndian(message).getLong(COUNTER_AT);
    byte[] sealed = Arrays.copyOfRange(message, PACKET_AT, message.length);
    // Only what is authentic may move the window (RFC 6479, section 2).
    return Aead.open(receiveKey, counter, sealed, Aead.nothing())
        .filter(packet -> window.accept(counter));
  }

  private static int roundedUp(int length) {
    return Math.ceilDiv(length, Timing.PADDING_BYTES) * Timing.PADDING_BYTES;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the keys of this session have been wiped");
    }
  }

  @Override
  public void close() {
    closed = true;
    Secrets.wipe(sendKey, receiveKey);
  }

  @Override
  public String toString() {
    return "***";
  }
}
