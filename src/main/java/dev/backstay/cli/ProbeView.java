package dev.backstay.cli;

import dev.backstay.probe.Diagnosis;
import dev.backstay.probe.Handshake;
import dev.backstay.probe.Outcome;
import dev.backstay.probe.Ping;
import dev.backstay.problem.Problem;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a person sees of probes, line by line; or JSON lines for a program. Safe for use by several
 * threads: lines stay whole.
 */
final class ProbeView {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final PrintWriter out;
  private final boolean json;
  private final int width;

  /** Kinds of trouble for which the remedy was told already, by gateway. */
  private final Set<String> told = new HashSet<>();

  /**
   * @param width of the longest name
   */
  ProbeView(PrintWriter out, boolean json, int width) {
    this.out = out;
    this.json = json;
    this.width = width;
  }

  /**
   * One probe, for a program. Times are in milliseconds; those of levels that were not reached are
   * null.
   *
   * @param outcome {@code ok}, or the code of what is wrong
   * @param bytes of the largest packet that passed
   */
  record Line(
      String gateway,
      String endpoint,
      int seq,
      Instant at,
      String outcome,
      int level,
      Optional<Double> response,
      Optional<Integer> initiations,
      Optional<Integer> cookies,
      Optional<Double> confirmed,
      Optional<Double> echo,
      Optional<Integer> bytes,
      String what,
      String hint) {}

  /** All probes of one gateway, for a program. */
  record Summary(
      String gateway,
      int probes,
      int handshakes,
      int reached,
      double seconds,
      Optional<ProbeTally.Spread> response,
      Optional<ProbeTally.Spread> echo) {}

  synchronized void begins(ProbeTarget target, Optional<Ping> ping) {
    if (!json) {
      out.println(
          "PROBE %s (%s), server key %s%s"
              .formatted(
                  target.name(),
                  target.endpoint(),
                  target.key().abbreviated(),
                  ping.map(ProbeView::through).orElse(", handshake only")));
      out.flush();
    }
  }

  private static String through(Ping ping) {
    return ", then %s to %s with %d bytes"
        .formatted(ProbeTarget.shown(ping.from()), ProbeTarget.shown(ping.to()), ping.mtu());
  }

  synchronized void probed(ProbeTarget target, int seq, Instant at, Outcome outcome) {
    Optional<Problem> problem = Diagnosis.of(outcome, target.name());
    if (json) {
      out.println(JSON.writeValueAsString(line(target, seq, at, outcome, problem)));
    } else {
      out.println(
          ("%-" + width + "s  seq=%d  %s").formatted(target.name(), seq, words(outcome, problem)));
      problem
          .filter(one -> told.add(target.name() + " " + one.code()))
          .ifPresent(one -> out.println("  hint: " + one.hint()));
    }
    out.flush();
  }

  private static String words(Outcome outcome, Optional<Problem> problem) {
    StringBuilder words = new StringBuilder();
    outcome.answered().ifPresent(handshake -> words.append("response ").append(words(handshake)));
    switch (outcome) {
      case Outcome.Whole(_, var confirmed, var echo, var bytes) ->
          words.append(
              "  confirmed %s  %d bytes %s".formatted(millis(confirmed), bytes, millis(echo)));
      case Outcome.Narrow narrow ->
          words.append("  confirmed %s  ".formatted(millis(narrow.confirmed())));
      case Outcome.Unpinged unpinged ->
          words.append("  confirmed %s  ".formatted(millis(unpinged.confirmed())));
      case Outcome.Stalled _ -> words.append("  ");
      case Outcome.Answered _,
          Outcome.OtherPresharedKey _,
          Outcome.Loaded _,
          Outcome.Silent _,
          Outcome.Elsewhere _,
          Outcome.Refused _,
          Outcome.Unreachable _ -> {
        // All that is to be said is in the sentence.
      }
    }
    problem.ifPresent(one -> words.append(one.what()));
    return words.toString();
  }

  private static String words(Handshake handshake) {
    StringBuilder words = new StringBuilder(millis(handshake.response()));
    if (handshake.cookies() > 0) {
      words.append(" after %s".formatted(Counted.of(handshake.cookies(), "cookie")));
    } else if (handshake.initiations() > 1) {
      words.append(" at initiation %d".formatted(handshake.initiations()));
    }
    return words.toString();
  }

  private static Line line(
      ProbeTarget target, int seq, Instant at, Outcome outcome, Optional<Problem> problem) {
    Optional<Handshake> handshake = outcome.answered();
    return new Line(
        target.name(),
        target.endpoint(),
        seq,
        at,
        problem.map(Problem::code).orElse("ok"),
        outcome.level(),
        handshake.map(Handshake::response).map(ProbeView::number),
        handshake.map(Handshake::initiations),
        handshake.map(Handshake::cookies),
        confirmed(outcome).map(ProbeView::number),
        echo(outcome).map(ProbeView::number),
        bytes(outcome),
        problem.map(Problem::what).orElse(""),
        problem.map(Problem::hint).orElse(""));
  }

  private static Optional<Duration> confirmed(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Whole whole -> Optional.of(whole.confirmed());
      case Outcome.Narrow narrow -> Optional.of(narrow.confirmed());
      case Outcome.Unpinged unpinged -> Optional.of(unpinged.confirmed());
      case Outcome.Answered _,
          Outcome.Stalled _,
          Outcome.OtherPresharedKey _,
          Outcome.Loaded _,
          Outcome.Silent _,
          Outcome.Elsewhere _,
          Outcome.Refused _,
          Outcome.Unreachable _ ->
          Optional.empty();
    };
  }

  private static Optional<Duration> echo(Outcome outcome) {
    return outcome instanceof Outcome.Whole whole ? Optional.of(whole.echo()) : Optional.empty();
  }

  private static Optional<Integer> bytes(Outcome outcome) {
    if (outcome instanceof Outcome.Whole whole) {
      return Optional.of(whole.bytes());
    }
    return outcome instanceof Outcome.Narrow narrow
        ? Optional.of(narrow.bytes())
        : Optional.empty();
  }

  synchronized void ended(ProbeTarget target, ProbeTally tally, Duration took) {
    if (json) {
      out.println(
          JSON.writeValueAsString(
              new Summary(
                  target.name(),
                  tally.probes(),
                  tally.handshakes(),
                  tally.reached(),
                  took.toMillis() / 1000.0,
                  tally.response(),
                  tally.echo())));
    } else {
      out.println(
          String.format(
              Locale.ROOT,
              "--- %s: %s, %s, %d %% failed, in %.1f s",
              target.name(),
              Counted.of(tally.probes(), "probe"),
              Counted.of(tally.handshakes(), "handshake"),
              tally.failedPercent(),
              took.toMillis() / 1000.0));
      tally.response().ifPresent(times -> out.println(spread("response", times)));
      tally.echo().ifPresent(times -> out.println(spread("echo", times)));
    }
    out.flush();
  }

  /** What probes from two places tell together. */
  synchronized void compared(String name, String sentence) {
    if (json) {
      out.println(JSON.writeValueAsString(new Compared(name, sentence)));
    } else {
      out.println(name + ": " + sentence + ".");
    }
    out.flush();
  }

  private record Compared(String gateway, String compared) {}

  private static String spread(String what, ProbeTally.Spread times) {
    return "    %s min/avg/max/mdev %s".formatted(what, times.text());
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f ms", ProbeTally.millis(time));
  }

  private static double number(Duration time) {
    return ProbeTally.rounded(ProbeTally.millis(time));
  }
}
