package dev.backstay.time;

import java.time.Duration;

/** A moment of a {@link Time}. */
public final class Deadline {
  private final Time time;
  private final long nanos;

  Deadline(Time time, long nanos) {
    this.time = time;
    this.nanos = nanos;
  }

  public boolean isOver() {
    return time.nanos() - nanos >= 0;
  }

  /** Until then; negative afterwards. */
  public Duration left() {
    return Duration.ofNanos(nanos - time.nanos());
  }

  /** A moment as much later. */
  public Deadline plus(Duration length) {
    return new Deadline(time, nanos + length.toNanos());
  }
}
