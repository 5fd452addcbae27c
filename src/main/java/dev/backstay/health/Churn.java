package dev.backstay.health;

import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Ordinary;
import dev.backstay.playbook.Percent;
import org.apache.commons.numbers.gamma.LogBeta;

/**
 * Clients that leave for reasons of their own. Those behind one gateway share their fate (a
 * provider, a building, the end of the working day), so their number is beta-binomial: with a
 * correlation of 0.02, plain binomial limits raise false alarms in 3 to 11 % instead of 1 %
 * (rollout.md §3.6).
 *
 * @param rate share that leaves within a window, from 0 to 1
 * @param correlation of two clients of one gateway (intra-class), from 0 to below 1
 */
record Churn(double rate, double correlation) {
  /** The assumption of rollout.md §3.6. */
  static final double USUAL_CORRELATION = 0.02;

  /** One false alarm in a thousand gateways (rollout.md §3.6). */
  static final double FALSE_ALARM = 0.001;

  private static final double LEAST = 0.001;

  /** A playbook says what may be silent; ten times less is usual: 2 % for the 20 % of §3.6. */
  private static final int SILENT_TO_USUAL = 10;

  /** Measured, or else assumed. */
  static Churn of(Gates gates) {
    return gates.ordinary().map(Churn::of).orElseGet(() -> assumed(gates));
  }

  private static Churn of(Ordinary measured) {
    return new Churn(
        Math.max(LEAST, (double) measured.churn().hundredths() / Percent.WHOLE),
        Math.max(LEAST, (double) measured.correlation().hundredths() / Percent.WHOLE));
  }

  private static Churn assumed(Gates gates) {
    double usual = (double) gates.silent().hundredths() / SILENT_TO_USUAL / Percent.WHOLE;
    return new Churn(Math.max(LEAST, usual), USUAL_CORRELATION);
  }

  Churn atLeast(double share) {
    return new Churn(Math.max(rate, share), correlation);
  }

  /**
   * The fewest lost clients that churn does not explain.
   *
   * @return one more than there are clients, if it explains everything
   */
  int limit(int clients) {
    double tail = 0;
    for (int lost = clients; lost >= 0; lost--) {
      tail += probability(lost, clients);
      // Written so that what is no number limits nothing, and never lets anything pass.
      if (!(tail <= FALSE_ALARM)) {
        return lost + 1;
      }
    }
    return 0;
  }

  /** Probability of as many lost or more. */
  double atLeast(Sample sample) {
    double tail = 0;
    for (int lost = sample.clients(); lost >= sample.lost(); lost--) {
      tail += probability(lost, sample.clients());
    }
    return Math.min(1, tail);
  }

  private double probability(int lost, int clients) {
    return rate >= 1 ? lost == clients ? 1 : 0 : Math.exp(logProbability(lost, clients));
  }

  /** Natural logarithm, for a rate between 0 and 1. */
  double logProbability(int lost, int clients) {
    double strength = (1 - correlation) / correlation;
    double alpha = rate * strength;
    double beta = (1 - rate) * strength;
    double choose = -Math.log(clients + 1.0) - LogBeta.value(clients - lost + 1.0, lost + 1.0);
    return choose + LogBeta.value(lost + alpha, clients - lost + beta) - LogBeta.value(alpha, beta);
  }

  /** How much wider such a count is spread than one of clients that are lost each on its own. */
  double spread(int clients) {
    return 1 + (clients - 1) * correlation;
  }
}
