package dev.backstay.health;

import dev.backstay.playbook.Ordinary;
import dev.backstay.playbook.Percent;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * What is ordinary, measured where nothing is changed: how many clients leave by themselves, and
 * how much those of one gateway share their fate. A wrong correlation alone costs 6 to 11 % false
 * stops (rollout.md §3.6), so what gates go by are the upper bounds, each with a confidence of 95
 * %.
 *
 * @param gateways with clients
 * @param all clients of all of them, and how many of those were lost
 * @param churnAtMost from 0 to 1
 * @param correlation of two clients of one gateway; empty where it cannot be told, because nobody
 *     was lost or there is only one gateway
 * @param correlationAtMost empty like it
 */
public record Calibration(
    int gateways,
    Sample all,
    double churnAtMost,
    OptionalDouble correlation,
    OptionalDouble correlationAtMost) {
  private static final double CONFIDENCE = 0.95;

  /** Twice a logarithm of likelihood may differ by this: chi-squared of one degree, one-sided. */
  private static final double SLACK = 2.706;

  private static final double LEAST_CORRELATION = 1e-4;
  private static final double MOST_CORRELATION = 0.5;
  private static final int STEPS = 120;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /**
   * @param lost of each gateway: its clients, and those that were not heard again
   */
  public static Calibration of(List<Sample> lost) {
    List<Sample> samples = lost.stream().filter(one -> one.clients() > 0).toList();
    Sample all = samples.stream().reduce(Sample.NONE, Sample::plus);
    if (all.lost() == 0 || samples.stream().filter(one -> one.clients() > 1).count() < 2) {
      return new Calibration(
          samples.size(),
          all,
          churnAtMost(samples, all, Churn.USUAL_CORRELATION),
          OptionalDouble.empty(),
          OptionalDouble.empty());
    }
    double[] candidates =
        IntStream.rangeClosed(0, STEPS)
            .mapToDouble(i ->
                LEAST_CORRELATION
                    * Math.pow(MOST_CORRELATION / LEAST_CORRELATION, (double) i / STEPS))
            .toArray();
    double[] profile = new double[candidates.length];
    int best = 0;
    for (int i = 0; i < candidates.length; i++) {
      double correlation = candidates[i];
      profile[i] = highest(logRate -> logLikelihood(samples, Math.exp(logRate), correlation));
      best = profile[i] > profile[best] ? i : best;
    }
    int most = best;
    for (int i = best; i < candidates.length; i++) {
      most = 2 * (profile[best] - profile[i]) <= SLACK ? i : most;
    }
    return new Calibration(
        samples.size(),
        all,
        churnAtMost(samples, all, candidates[best]),
        OptionalDouble.of(best == 0 ? 0 : candidates[best]),
        OptionalDouble.of(candidates[most]));
  }

  private static double logLikelihood(List<Sample> samples, double rate, double correlation) {
    Churn churn = new Churn(rate, correlation);
    return samples.stream()
        .mapToDouble(one -> churn.logProbability(one.lost(), one.clients()))
        .sum();
  }

  /** Of a function with one hump, over the logarithms of the rates there may be. */
  private static double highest(DoubleUnaryOperator of) {
    double from = Math.log(1e-6);
    double to = Math.log(0.99);
    while (to - from > 1e-4) {
      double left = to - GOLDEN * (to - from);
      double right = from + GOLDEN * (to - from);
      if (of.applyAsDouble(left) < of.applyAsDouble(right)) {
        from = left;
      } else {
        to = right;
      }
    }
    return of.applyAsDouble((from + to) / 2);
  }

  /**
   * Clients that share their fate tell as much as fewer that do not (Korn and Graubard): the exact
   * bound of so many.
   */
  private static double churnAtMost(List<Sample> samples, Sample all, double correlation) {
    double squares =
        samples.stream().mapToDouble(one -> (double) one.clients() * one.clients()).sum();
    double spread = all.clients() == 0 ? 1 : 1 + (squares / all.clients() - 1) * correlation;
    double clients = all.clients() / spread;
    double lost = all.lost() / spread;
    return clients - lost <= 0
        ? 1
        : BetaDistribution.of(lost + 1, clients - lost).inverseCumulativeProbability(CONFIDENCE);
  }

  /** Whether there were clients enough to say anything at all. */
  public boolean says() {
    return all.clients() >= Judge.FEWEST_CLIENTS;
  }

  /**
   * For gates. A correlation that cannot be told is the usual one.
   *
   * @param id of this calibration
   */
  public Ordinary ordinary(String id) {
    return new Ordinary(
        id, roundedUp(churnAtMost), roundedUp(correlationAtMost.orElse(Churn.USUAL_CORRELATION)));
  }

  private static Percent roundedUp(double share) {
    return new Percent((int) Math.min(Percent.WHOLE, Math.ceil(share * Percent.WHOLE)));
  }

  /** The share that was lost, from 0 to 1. */
  public double churn() {
    return all.share();
  }
}
