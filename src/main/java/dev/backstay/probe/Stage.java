package dev.backstay.probe;

/**
 * A part of a probe. Does no I/O and knows no clock: it is told what came and what time it is, and
 * says what to do. Not safe for use by several threads.
 *
 * <p>All moments are nanoseconds of one time that never goes back.
 */
interface Stage extends AutoCloseable {
  Step begin(long now);

  /** What was last to be sent is sent now. */
  void sent(long now);

  Step received(byte[] datagram, long now);

  /** Nothing came until the moment that was asked for. */
  Step woken(long now);

  /** Overwrites the secrets that it still has. */
  @Override
  void close();
}
