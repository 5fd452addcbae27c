package dev.backstay.health;

import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.FisherExactTest;
import org.apache.commons.statistics.inference.UnconditionedExactTest;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;

/** Probabilities that are counted out, not approximated: samples are small, and losses rare. */
final class Exact {
  /**
   * Boschloo's test goes through every table there could be. From here on it takes tenths of a
   * second, and Fisher's, which never says less than it, is close enough.
   */
  private static final long MOST_TABLES = 40_000;

  private static final UnconditionedExactTest BOSCHLOO =
      UnconditionedExactTest.withDefaults()
          .with(UnconditionedExactTest.Method.BOSCHLOO)
          .with(AlternativeHypothesis.GREATER_THAN);

  private static final FisherExactTest FISHER =
      FisherExactTest.withDefaults().with(AlternativeHypothesis.GREATER_THAN);

  private Exact() {}

  /** Probability of as many lost or more, if each is lost with {@code rate} on its own. */
  static double atLeast(Sample sample, double rate) {
    return sample.lost() == 0
        ? 1
        : BinomialDistribution.of(sample.clients(), rate).survivalProbability(sample.lost() - 1);
  }

  /** Probability of as few lost or fewer. */
  static double atMost(Sample sample, double rate) {
    return BinomialDistribution.of(sample.clients(), rate).cumulativeProbability(sample.lost());
  }

  /**
   * The share of lost clients may be as high as this, with a confidence of 95 % (Clopper and
   * Pearson, one-sided). 1 if there are no clients.
   */
  static double upperBound(Sample sample) {
    return sample.clients() == 0
        ? 1
        : BinomialConfidenceInterval.CLOPPER_PEARSON
            .fromErrorRate(sample.clients(), sample.lost(), 0.1)
            .getUpperBound();
  }

  /**
   * @param test its name
   * @param p probability of a difference as large if both lose equally
   */
  record Comparison(String test, double p) {}

  /** Whether the first loses more than the second, of which neither is empty. */
  static Comparison compare(Sample changed, Sample control) {
    // Groups are columns: the totals of the columns are what was fixed beforehand.
    int[][] table = {
      {changed.lost(), control.lost()},
      {changed.clients() - changed.lost(), control.clients() - control.lost()}
    };
    long tables = (changed.clients() + 1L) * (control.clients() + 1L);
    return tables <= MOST_TABLES
        ? new Comparison("Boschloo", BOSCHLOO.test(table).getPValue())
        : new Comparison("Fisher", FISHER.test(table).getPValue());
  }
}
