package dev.backstay.rollout;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * A journal, told for people: what was done, in order, how each gateway ended, and who is missing.
 */
public final class Report {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** So many names fit a screen; the journal has them all. */
  private static final int MOST_NAMES = 12;

  private final List<JournalLine> lines;
  private final StringBuilder text = new StringBuilder();

  private Report(List<JournalLine> lines) {
    this.lines = lines;
  }

  public static String of(List<JournalLine> lines) {
    return new Report(lines).write();
  }

  private String write() {
    if (lines.isEmpty()) {
      say("This journal is empty: the controller died before it began, and nothing was changed.");
      return text.toString();
    }
    RolloutState state = RolloutState.fold(lines);
    Instant start = lines.getFirst().time();
    say(
        "Rollout %s of playbook %s, started %s"
            .formatted(state.id(), state.playbook(), DATE.format(start)));
    for (JournalLine line : lines) {
      tell(line, Duration.between(start, line.time()));
    }
    say("");
    state
        .gateways()
        .forEach((name, gateway) ->
            say(
                "%-12s wave %d  %s"
                    .formatted(
                        name,
                        gateway.wave(),
                        gateway
                            .end()
                            .map(end -> end.ending() + " (" + end.reason() + ")")
                            .orElse(
                                gateway.step().isEmpty()
                                    ? "not reached"
                                    : "open: last step " + gateway.step()))));
    say("");
    say(
        state
            .end()
            .map(end -> "Result: " + end.result().words() + ". " + end.reason())
            .orElse(
                "This journal has no end: the controller died or is still at work."
                    + " Gateways with an open lease revert by themselves."));
    return text.toString();
  }

  private void tell(JournalLine line, Duration since) {
    switch (line.body()) {
      case Event.Started started -> {}
      case Event.WaveStarted wave ->
          say(
              "%n%s  wave %d: %s"
                  .formatted(clock(since), wave.wave(), String.join(", ", wave.gateways())));
      case Event.StepBegan began -> {}
      case Event.StepEnded ended ->
          say(
              "%s  %-10s %-10s %s%s"
                  .formatted(
                      clock(since),
                      ended.gateway(),
                      ended.step(),
                      ended.result().equals("done")
                          ? ""
                          : ended.result().toUpperCase(Locale.ROOT) + ": ",
                      ended.detail()));
      case Event.Judged judged -> missing(judged);
      case Event.WaveJudged wave ->
          say(
              "%s  wave %d %s"
                  .formatted(
                      clock(since),
                      wave.wave(),
                      wave.passed() ? "passed" : "failed: " + wave.reason()));
      case Event.GatewayEnded ended ->
          say("%s  %-10s is %s".formatted(clock(since), ended.gateway(), ended.ending()));
      case Event.Ended ended -> {}
    }
  }

  private void missing(Event.Judged judged) {
    judged.missing().stream()
        .limit(MOST_NAMES)
        .forEach(peer ->
            say(
                "                              %s peer %s, last seen at %s: %s"
                    .formatted(
                        peer.network(),
                        peer.peer(),
                        peer.endpoint().isEmpty() ? "unknown" : peer.endpoint(),
                        peer.state())));
    if (judged.missing().size() > MOST_NAMES) {
      say(
          "                              and %d more"
              .formatted(judged.missing().size() - MOST_NAMES));
    }
  }

  private void say(String line) {
    text.append(line).append('\n');
  }

  private static String clock(Duration since) {
    return "+%02d:%02d.%d"
        .formatted(since.toMinutes(), since.toSecondsPart(), since.toMillisPart() / 100);
  }
}
