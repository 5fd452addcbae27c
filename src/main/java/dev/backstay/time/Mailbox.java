package dev.backstay.time;

import java.time.Duration;
import java.util.Optional;

/**
 * Things that came and were not looked at yet, in the order in which they came. Without a limit:
 * who puts never waits. Safe for use by several threads.
 */
public interface Mailbox<T> {
  void put(T thing);

  /** The oldest, which is taken out; nothing if there is none now. */
  Optional<T> poll();

  /** The oldest, which is taken out; nothing if none comes in time. */
  Optional<T> poll(Duration patience) throws InterruptedException;
}
