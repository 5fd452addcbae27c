package dev.backstay.cli;

import dev.backstay.probe.Handshake;
import dev.backstay.probe.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What came of several probes of one gateway, summed up as {@code ping} does. */
final class ProbeTally {
  private final List<Duration> responses = new ArrayList<>();
  private final List<Duration> echoes = new ArrayList<>();
  private int probes;
  private int reached;
  private int unsent;

  void add(Outcome outcome) {
    probes++;
    if (outcome.reached()) {
      reached++;
    }
    if (outcome instanceof Outcome.Unreachable) {
      unsent++;
    }
    outcome.answered().map(Handshake::response).ifPresent(responses::add);
    if (outcome instanceof Outcome.Whole whole) {
      echoes.add(whole.echo());
    }
  }

  int probes() {
    return probes;
  }

  /** Those in which everything that was asked was answered. */
  int reached() {
    return reached;
  }

  /** Whether anything was asked at all. */
  boolean wasSent() {
    return probes > unsent;
  }

  int handshakes() {
    return responses.size();
  }

  Optional<Spread> response() {
    return Spread.of(responses);
  }

  Optional<Spread> echo() {
    return Spread.of(echoes);
  }

  /** In whole percent, rounded up: one of a thousand is not none. */
  int failedPercent() {
    return probes == 0 ? 0 : Math.ceilDiv((probes - reached) * 100, probes);
  }

  /**
   * In milliseconds.
   *
   * @param mdev how far they lie apart: the square root of the mean square of the distance from the
   *     mean, as {@code ping} has it
   */
  record Spread(double min, double avg, double max, double mdev) {
    static Optional<Spread> of(List<Duration> times) {
      if (times.isEmpty()) {
        return Optional.empty();
      }
      double[] millis = times.stream().mapToDouble(ProbeTally::millis).toArray();
      double min = Double.MAX_VALUE;
      double max = 0;
      double sum = 0;
      double squares = 0;
      for (double one : millis) {
        min = Math.min(min, one);
        max = Math.max(max, one);
        sum += one;
        squares += one * one;
      }
      double avg = sum / millis.length;
      double variance = Math.max(squares / millis.length - avg * avg, 0);
      return Optional.of(
          new Spread(rounded(min), rounded(avg), rounded(max), rounded(Math.sqrt(variance))));
    }

    String text() {
      return String.format(Locale.ROOT, "%.1f/%.1f/%.1f/%.1f ms", min, avg, max, mdev);
    }
  }

  static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }

  /** To microseconds: what is finer is noise of this machine. */
  static double rounded(double millis) {
    return Math.round(millis * 1000) / 1000.0;
  }
}
