package dev.backstay.health;

import dev.backstay.wireguard.Timing;
import java.time.Duration;

/**
 * Attempts of one kind between a gateway and one source, without a gap: each initiation comes at
 * most two retries after the one before (wireguard.md §1.11).
 *
 * @param began uptime of the gateway in seconds when the first one was seen
 * @param last uptime when the newest was seen
 * @param initiations how many were seen
 * @param answers how many answers were seen since it began
 * @param cookies how many it was put off with
 */
record Episode(double began, double last, long initiations, long answers, long cookies) {
  /** Three initiations without success: the first and two retries (wireguard.md §1.11). */
  static final int FAILED_AFTER = 3;

  private static final Duration GAP = Timing.REKEY_TIMEOUT.multipliedBy(2);

  /** Observations are a second apart, so an initiation may be seen that much later than it came. */
  private static final double SEEN_LATE = 1.5;

  /**
   * A handshake that is not older than this, seen from when its initiation was counted, is the
   * answer to it: the gateway notes whole seconds and is looked at once a second. Less than the
   * time after which a client asks again.
   */
  static final double ANSWERED_WITHIN = 3;

  static final Episode NONE =
      new Episode(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, 0, 0);

  /** With what was counted since the observation before. */
  Episode with(double now, long more, long answered, long cookied) {
    if (more == 0) {
      return new Episode(began, last, initiations, answers + answered, cookies + cookied);
    }
    return isOver(now)
        ? new Episode(now, now, more, answered, cookied)
        : new Episode(began, now, initiations + more, answers + answered, cookies + cookied);
  }

  boolean isOver(double now) {
    return now - last > GAP.toSeconds() + SEEN_LATE;
  }

  boolean isFailing(double now) {
    return !isOver(now)
        && initiations >= FAILED_AFTER
        && now - began >= Timing.THREE_INITIATIONS.toSeconds() - SEEN_LATE;
  }
}
