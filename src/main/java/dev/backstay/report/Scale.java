package dev.backstay.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Places moments on the width of a picture, in percent of it. */
record Scale(Instant from, Duration span) {
  private static final int MOST_TICKS = 4;

  private static final List<Duration> STEPS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          Duration.ofMinutes(10),
          Duration.ofMinutes(20),
          Duration.ofMinutes(30),
          Duration.ofHours(1),
          Duration.ofHours(2),
          Duration.ofHours(4),
          Duration.ofHours(8),
          Duration.ofDays(1),
          Duration.ofDays(2),
          Duration.ofDays(7));

  static Scale of(Instant from, Instant to) {
    Duration span = Duration.between(from, to);
    return new Scale(from, span.compareTo(Duration.ofSeconds(1)) < 0 ? STEPS.getFirst() : span);
  }

  double percent(Instant moment) {
    double share = (double) Duration.between(from, moment).toMillis() / span.toMillis();
    return Math.clamp(share, 0, 1) * 100;
  }

  static String percent(double value) {
    return String.format(Locale.ROOT, "%.2f%%", value);
  }

  /** Round times after the beginning, few enough to be read on a phone. */
  List<Duration> ticks() {
    Duration step =
        STEPS.stream()
            .filter(one -> span.dividedBy(one) <= MOST_TICKS)
            .findFirst()
            .orElse(span.dividedBy(MOST_TICKS));
    List<Duration> ticks = new ArrayList<>();
    for (Duration at = Duration.ZERO; at.compareTo(span) <= 0; at = at.plus(step)) {
      ticks.add(at);
    }
    return ticks;
  }
}
