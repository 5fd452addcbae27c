package dev.backstay.health;

import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Percent;

/**
 * The two shares of failing clients between which a test decides.
 *
 * @param healthy what fails although nothing is wrong, from 0 to 1
 * @param broken what fails when the change does harm
 */
record Rates(double healthy, double broken) {
  /**
   * No fleet is without somebody who leaves just then. With a rate of nothing, a single client
   * would be infinitely improbable, and two of ten thousand would condemn a change.
   */
  private static final double LEAST = 0.001;

  static Rates of(Gates gates) {
    return new Rates(Math.max(LEAST, share(gates.healthy())), share(gates.broken()));
  }

  private static double share(Percent percent) {
    return (double) percent.hundredths() / Percent.WHOLE;
  }

  /** The same where a share is lost anyway, as those show who are not concerned by the change. */
  Rates above(double lostAnyway) {
    return new Rates(Math.min(1, healthy + lostAnyway), Math.min(1, broken + lostAnyway));
  }

  /**
   * How much more probable the sample is if the change is broken: the natural logarithm of the
   * ratio of the two likelihoods. Grows with the lost ones. Zero, which decides nothing, where the
   * two rates do not differ.
   */
  double logRatio(Sample sample) {
    if (!(healthy < broken)) {
      return 0;
    }
    int well = sample.clients() - sample.lost();
    double ofLost = sample.lost() * Math.log(broken / healthy);
    // Otherwise zero times minus infinity, where everybody must fail for the change to be broken.
    return well == 0 ? ofLost : ofLost + well * Math.log((1 - broken) / (1 - healthy));
  }
}
