package dev.backstay.health;

import dev.backstay.playbook.Gates;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Decides whether as many clients fail to complete a handshake as a broken change would make fail.
 *
 * <p>It fails by either of two tests, each with half of the allowed false alarms: the sequential
 * one, as soon as the clients that are due are enough; and an exact one of all clients that were
 * there before, whose number is fixed, so that looking at it each second costs nothing.
 */
record HandshakeGate(Gates gates, Rates rates) {
  static final String NAME = "handshakes";

  /**
   * One client may have left at the very second; two that fail the same way have a common cause.
   * With an ordinary loss of 2 % a sequential test at 1 % error rejects after two losses as well.
   */
  static final int FEWEST_FAILED = 2;

  /** {@link SequentialTest#FALSE_ALARM} is the other half. */
  private static final double FALSE_ALARM = 0.005;

  /** A broken change passes with at most this probability, unless nobody at all failed. */
  private static final double MISSED = 0.01;

  /** What is less probable than this in a healthy fleet never passes, however far from broken. */
  private static final double TOO_STRANGE = 0.001;

  static HandshakeGate of(Gates gates) {
    return new HandshakeGate(gates, Rates.of(gates));
  }

  /** The same beside a group of which a share is lost although nobody changes anything there. */
  HandshakeGate above(double lostAnyway) {
    return new HandshakeGate(gates, rates.above(lostAnyway));
  }

  /** What can be said before the window has ended: a failure, or nothing yet. */
  Finding early(Tally tally) {
    Sample all = new Sample(tally.eligible(), tally.count(PeerState.FAILED));
    SequentialTest.Result sequence =
        new SequentialTest(rates).of(tally.matured(), tally.eligible());
    if (all.lost() >= FEWEST_FAILED && sequence.rejects()) {
      return finding(Says.FAIL, all, "sequential likelihood ratio", sequence.p(), broken(all))
          .with("due", sequence.sample().toString());
    }
    boolean fails = all.lost() >= FEWEST_FAILED && tooMany(all);
    return finding(
        fails ? Says.FAIL : Says.INCONCLUSIVE,
        all,
        "exact binomial",
        Exact.atLeast(all, rates.healthy()),
        fails ? broken(all) : "the window has not ended");
  }

  private boolean tooMany(Sample all) {
    return Exact.atLeast(all, rates.healthy()) <= FALSE_ALARM && rates.logRatio(all) > 0;
  }

  /** At the end; those who are not due count as failed. */
  Finding end(Tally tally) {
    Finding early = early(tally);
    if (early.says() == Says.FAIL) {
      return early;
    }
    int failed = tally.count(PeerState.FAILED);
    int open = failed + tally.count(PeerState.WAITING);
    Sample worst = new Sample(tally.eligible() - tally.count(PeerState.SILENT), open);
    double p = Exact.atLeast(worst, rates.healthy());
    if (!gates.healthy().exceededBy(open, tally.eligible())) {
      return finding(Says.PASS, worst, "share", p, "%s completed no handshake".formatted(worst));
    }
    if (Exact.atMost(worst, rates.broken()) <= MISSED && p >= TOO_STRANGE) {
      return finding(
          Says.PASS,
          worst,
          "exact binomial",
          p,
          "%s completed no handshake, which is ordinary".formatted(worst));
    }
    Sample known = new Sample(tally.eligible(), failed);
    return finding(
        Says.INCONCLUSIVE,
        worst,
        "exact binomial",
        p,
        gates.healthy().exceededBy(failed, tally.eligible())
            ? "%s completed no handshake: more than healthy (%s), and not %s"
                .formatted(known, gates.healthy(), notBroken())
            : "%s had not reached their deadline"
                .formatted(new Sample(tally.eligible(), open - failed)));
  }

  private String notBroken() {
    return rates.equals(Rates.of(gates))
        ? "enough to call it broken (%s, and at least %d)".formatted(gates.broken(), FEWEST_FAILED)
        : "enough more than where nothing was changed";
  }

  private String broken(Sample all) {
    return gates.broken().reachedBy(all.lost(), all.clients())
        ? "%s completed no handshake (limit %s)".formatted(all, gates.broken())
        : "%s completed no handshake, nearer to broken (%s) than to healthy (%s)"
            .formatted(all, gates.broken(), gates.healthy());
  }

  private Finding finding(Says says, Sample sample, String test, double p, String sentence) {
    Map<String, String> thresholds = new TreeMap<>();
    thresholds.put("healthy", gates.healthy().toString());
    thresholds.put("broken", gates.broken().toString());
    thresholds.put("at-least", Integer.toString(FEWEST_FAILED));
    thresholds.put("false-alarm", "0.5%");
    thresholds.put("missed", "1%");
    return new Finding(
        NAME,
        says,
        sample,
        test,
        OptionalDouble.of(p),
        OptionalDouble.of(Exact.upperBound(sample)),
        thresholds,
        sentence);
  }
}
