package dev.backstay.time;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** What time it is, and every way to let some of it pass. Safe for use by several threads. */
public interface Time {
  /** The clock of this machine, in UTC. Somebody may set it: measure spans with {@link #nanos}. */
  Clock clock();

  /** Nanoseconds since some moment; never goes back. For differences only. */
  long nanos();

  /** Returns at once if the duration is zero or negative. */
  void sleep(Duration duration) throws InterruptedException;

  /** A new, empty one. */
  <T> Mailbox<T> mailbox();

  /**
   * Does the same work on every item, side by side, and returns when all of it has ended. An
   * interrupt is passed on to the work, which is still waited for.
   *
   * @param atMost of the items at the same time, at least 1
   * @return the results, in the order of the items
   * @throws IllegalStateException with the first fault as its cause, once everything has ended
   */
  <A, B> List<B> inParallel(List<A> items, int atMost, Function<? super A, ? extends B> work);

  /**
   * Begins work beside the caller's. Who starts it ends it: see {@link Task#close}.
   *
   * @param name for people who look at threads
   */
  Task start(String name, Runnable work);

  /** A moment from now, to be waited for or to be late for. */
  default Deadline in(Duration length) {
    return new Deadline(this, nanos() + length.toNanos());
  }

  /** Of this machine. */
  static Time real() {
    return RealTime.INSTANCE;
  }
}
