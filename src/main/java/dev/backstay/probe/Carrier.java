package dev.backstay.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Carries the datagrams of one probe to one other side and back. What comes from elsewhere is
 * dropped. Not safe for use by several threads.
 */
public interface Carrier extends AutoCloseable {
  /** What came, or did not. */
  sealed interface Arrival {
    record Datagram(byte[] bytes) implements Arrival {}

    record Nothing() implements Arrival {}

    /** The other side says that nobody listens there. */
    record Refused() implements Arrival {}
  }

  /** Makes them. Safe for use by several threads. */
  @FunctionalInterface
  interface Way {
    /** This machine's own. */
    Way UDP = Wire::to;

    /**
     * @throws IOException if there is no way there
     */
    Carrier to(InetSocketAddress other) throws IOException;
  }

  /**
   * @return {@link Arrival.Refused} if the answer to something sent before says so
   */
  Arrival send(byte[] datagram) throws IOException;

  /** Waits for the next one. */
  Arrival receive(Duration atMost) throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
