package dev.backstay.ssh;

import java.time.Duration;

/**
 * A moment on the monotonic clock. Not a {@link java.time.Clock}: a limit on a network wait must
 * not jump when somebody sets the time.
 */
record Deadline(Duration limit, long nanoTime) {
  static Deadline after(Duration limit) {
    return new Deadline(limit, System.nanoTime() + limit.toNanos());
  }

  /** Zero when it has passed. */
  Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }

  /** The limit as people say it: {@code 30 s}, {@code 250 ms}. */
  String spoken() {
    return limit.toMillisPart() == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
  }
}
