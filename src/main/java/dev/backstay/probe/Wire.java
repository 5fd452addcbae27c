package dev.backstay.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/**
 * A UDP port of our own that talks with one other. Knows where the latest datagram came from. Not
 * safe for use by several threads.
 */
final class Wire implements Carrier {
  /** The largest payload of UDP. */
  private static final int LONGEST = 65_507;

  private final InetSocketAddress other;
  private final DatagramChannel channel;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocate(LONGEST);

  private Optional<InetAddress> from = Optional.empty();

  private Wire(InetSocketAddress other, DatagramChannel channel, Selector selector) {
    this.other = other;
    this.channel = channel;
    this.selector = selector;
  }

  /** What comes from elsewhere is dropped, and errors that the other host reports arrive. */
  static Wire to(InetSocketAddress other) throws IOException {
    return open(other, true);
  }

  /** Takes what comes from anywhere, and learns of no errors. */
  static Wire toAndFromAnywhere(InetSocketAddress other) throws IOException {
    return open(other, false);
  }

  private static Wire open(InetSocketAddress other, boolean connected) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      // WireGuard lets its datagrams be fragmented; Linux by itself would forbid it.
      channel.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, false);
      if (connected) {
        channel.connect(other);
      }
      channel.configureBlocking(false);
      Selector selector = Selector.open();
      channel.register(selector, SelectionKey.OP_READ);
      // The first wait of a virtual thread starts threads of the JVM, which takes 10 to 20 ms: not
      // to
      // be told as the gateway's.
      selector.select(1);
      return new Wire(other, channel, selector);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Of the latest datagram. */
  Optional<InetAddress> heardFrom() {
    return from;
  }

  @Override
  public Arrival send(byte[] datagram) throws IOException {
    try {
      // A datagram that the system has no room for is one that was lost on the way.
      channel.send(ByteBuffer.wrap(datagram), other);
      return new Arrival.Nothing();
    } catch (PortUnreachableException e) {
      return new Arrival.Refused();
    }
  }

  @Override
  public Arrival receive(Duration atMost) throws IOException, InterruptedException {
    long millis = Math.ceilDiv(Math.max(atMost.toNanos(), 0), 1_000_000);
    if (millis == 0) {
      selector.selectNow();
    } else {
      selector.select(millis);
    }
    selector.selectedKeys().clear();
    if (Thread.interrupted()) {
      throw new InterruptedException("told to stop while waiting for an answer");
    }
    try {
      buffer.clear();
      if (!(channel.receive(buffer) instanceof InetSocketAddress sender)) {
        return new Arrival.Nothing();
      }
      from = Optional.of(sender.getAddress());
      return buffer.position() > 0
          ? new Arrival.Datagram(Arrays.copyOf(buffer.array(), buffer.position()))
          : new Arrival.Nothing();
    } catch (PortUnreachableException e) {
      return new Arrival.Refused();
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
