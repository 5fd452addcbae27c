package dev.backstay.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * A UDP port that sends to one other and takes what comes from anywhere. Knows where the latest
 * came from, and of no errors. Not safe for use by several threads.
 */
final class OpenWire implements Carrier {
  /** No answer to a handshake is longer. */
  private static final int LONGEST = 2048;

  private final InetSocketAddress other;
  private final DatagramChannel channel;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocate(LONGEST);
  private Optional<InetAddress> from = Optional.empty();

  private OpenWire(InetSocketAddress other, DatagramChannel channel, Selector selector) {
    this.other = other;
    this.channel = channel;
    this.selector = selector;
  }

  static OpenWire to(InetSocketAddress other) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.configureBlocking(false);
      Selector selector = Selector.open();
      channel.register(selector, SelectionKey.OP_READ);
      return new OpenWire(other, channel, selector);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  Optional<InetAddress> heardFrom() {
    return from;
  }

  @Override
  public Arrival send(byte[] datagram) throws IOException {
    channel.send(ByteBuffer.wrap(datagram), other);
    return new Arrival.Nothing();
  }

  @Override
  public Arrival receive(Duration atMost) throws IOException, InterruptedException {
    selector.select(Math.max(1, atMost.toMillis()));
    selector.selectedKeys().clear();
    if (Thread.interrupted()) {
      throw new InterruptedException("told to stop while waiting for an answer");
    }
    buffer.clear();
    if (!(channel.receive(buffer) instanceof InetSocketAddress sender)) {
      return new Arrival.Nothing();
    }
    from = Optional.of(sender.getAddress());
    return new Arrival.Datagram(Arrays.copyOf(buffer.array(), buffer.position()));
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
