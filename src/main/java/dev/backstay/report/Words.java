package dev.backstay.report;

import dev.backstay.rollout.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Times and places as all the reports write them. */
final class Words {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  static final String EMPTY =
      "This journal is empty: the controller died before it began, and nothing was changed.";

  private Words() {}

  static String date(Instant moment) {
    return DATE.format(moment);
  }

  /** {@code +01:02.3}, with hours where there are some. */
  static String clock(Duration since) {
    String seconds = "%02d.%d".formatted(since.toSecondsPart(), since.toMillisPart() / 100);
    return since.toHours() == 0
        ? "+%02d:%s".formatted(since.toMinutes(), seconds)
        : "+%d:%02d:%s".formatted(since.toHours(), since.toMinutesPart(), seconds);
  }

  /** {@code 12.3 s}, {@code 4 min 05 s} or {@code 2 h 03 min}. */
  static String length(Duration span) {
    if (span.toMinutes() == 0) {
      return "%d.%d s".formatted(span.toSeconds(), span.toMillisPart() / 100);
    }
    return span.toHours() == 0
        ? "%d min %02d s".formatted(span.toMinutes(), span.toSecondsPart())
        : "%d h %02d min".formatted(span.toHours(), span.toMinutesPart());
  }

  /** On an axis: {@code 30 s}, {@code 5 min}, {@code 2 h}, {@code 3 d}. */
  static String tick(Duration since) {
    if (since.toSeconds() < 60) {
      return since.toSeconds() + " s";
    }
    if (since.toMinutes() < 60) {
      return since.toMinutes()
          + (since.toSecondsPart() == 0 ? "" : ":%02d".formatted(since.toSecondsPart()))
          + " min";
    }
    return since.toDays() > 1 && since.toHours() % 24 == 0
        ? since.toDays() + " d"
        : since.toHours()
            + (since.toMinutesPart() == 0 ? "" : ":%02d".formatted(since.toMinutesPart()))
            + " h";
  }

  /** When a client shook hands last before the change, if that is known. */
  static String lastHandshake(Event.Missing peer) {
    return peer.lastHandshake().map(Words::date).orElse("unknown");
  }

  /** What is known of why a client is missing; of old journals, its state alone. */
  static String cause(Event.Missing peer) {
    return peer.cause().isEmpty() || peer.cause().equals(peer.state())
        ? peer.state()
        : peer.state() + ", " + peer.cause();
  }

  /** The numbers of a gate: {@code p = 0.0045, at most 28.3%}. */
  static String sure(Event.Gate gate) {
    return Stream.concat(
            gate.p().stream().map(p -> String.format(Locale.ROOT, "p = %.2g", p)),
            gate.bound().stream()
                .map(bound -> String.format(Locale.ROOT, "at most %.1f%%", bound * 100)))
        .collect(Collectors.joining(", "));
  }

  /** Its limits: {@code broken 5%, healthy 0.5%}. */
  static String limits(Event.Gate gate) {
    return new TreeMap<>(gate.thresholds())
        .entrySet().stream()
            .map(one -> one.getKey() + " " + one.getValue())
            .collect(Collectors.joining(", "));
  }

  static String endpoint(Event.Missing peer) {
    return peer.endpoint().isEmpty() ? "unknown" : peer.endpoint();
  }
}
