package dev.backstay.rollout;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What happened to a rollout as a whole, in a sentence, for whoever shows journals. */
public final class Sentences {
  private static final DateTimeFormatter UNTIL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** More names than this say less. */
  private static final int NAMED = 5;

  private Sentences() {}

  /** The names, or the first of many. */
  static String some(List<String> names) {
    return names.size() <= NAMED
        ? String.join(", ", names)
        : "%s and %d more"
            .formatted(String.join(", ", names.subList(0, NAMED)), names.size() - NAMED);
  }

  /** Nothing for events that are shown in a form of their own. */
  public static Optional<String> of(Event event) {
    return switch (event) {
      case Event.Resumed(long epoch, String by) -> Optional.of("resumed by " + by);
      case Event.Ordered(OrderWord order, String by, String reason) ->
          Optional.of(
              "%s, said %s%s"
                  .formatted(
                      order.name().toLowerCase(Locale.ROOT),
                      by,
                      reason.isEmpty() ? "" : ": " + reason));
      case Event.Held held ->
          Optional.of(
              "waiting: "
                  + held.what()
                  + held.until().map(until -> ", until " + UNTIL.format(until)).orElse(""));
      case Event.Probed(String gateway, String says, var decision) ->
          Optional.of("%s  was left with %s: %s".formatted(gateway, says, decision.words()));
      case Event.WentBad(String gateway, String reason) ->
          Optional.of("%s  became worse: %s".formatted(gateway, reason));
      case Event.WentBack(String gateway, String why) ->
          Optional.of("%s  its clients went back by themselves: %s".formatted(gateway, why));
      case Event.WayBack(String gateway, boolean ready, String why) ->
          Optional.of(
              ready
                  ? "%s  its clients could go back again".formatted(gateway)
                  : "%s  there is no way back for its clients now: %s".formatted(gateway, why));
      case Event.TakingBack(var gateways, String reason) ->
          Optional.of("taking back %s: %s".formatted(String.join(", ", gateways), reason));
      case Event.Started _,
          Event.WaveStarted _,
          Event.StepBegan _,
          Event.StepEnded _,
          Event.Remembered _,
          Event.Judged _,
          Event.Tried _,
          Event.WaveJudged _,
          Event.GatewayEnded _,
          Event.EvidenceKept _,
          Event.EvidenceNotKept _,
          Event.Ended _ ->
          Optional.empty();
    };
  }
}
