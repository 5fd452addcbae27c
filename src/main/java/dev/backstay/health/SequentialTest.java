package dev.backstay.health;

import java.util.Comparator;
import java.util.List;

/**
 * Wald's test of "as healthy" against "broken", looked at again whenever a cohort is due. The
 * likelihood ratio is a martingale if the change is healthy, so it ever reaches {@code 1/error}
 * with a probability of at most {@code error}, however often one looks (Ville's inequality); a
 * fixed test that is repeated has no such limit (rollout.md §3.6: 2 % become 4.7 % in 20 looks).
 */
record SequentialTest(Rates rates) {
  /**
   * Half of the one percent of false alarms that a gateway may cost (wireguard.md §1.11); the other
   * half is {@link HandshakeGate}'s, for everybody at once.
   */
  static final double FALSE_ALARM = 0.005;

  private static final double REJECT = -Math.log(FALSE_ALARM);

  /**
   * @param highest logarithm of the likelihood ratio after any cohort that counts
   * @param sample everybody who was due by then
   */
  record Result(double highest, Sample sample) {
    boolean rejects() {
      return highest >= REJECT;
    }

    /** Valid whenever one looked, and however often. */
    double p() {
      return Math.min(1, Math.exp(-highest));
    }
  }

  /**
   * Who was due together is one step, whatever the order in which they are listed. It counts only
   * from when half of all clients are due: those who restart for reasons of their own ask at once,
   * long before the others notice that their session is gone, and would be judged as if they were
   * everybody.
   *
   * @param clients all, due or not
   */
  Result of(List<Cohort> cohorts, int clients) {
    Result result = new Result(0, Sample.NONE);
    Sample due = Sample.NONE;
    for (Cohort cohort :
        cohorts.stream().sorted(Comparator.comparingInt(Cohort::second)).toList()) {
      due = due.plus(cohort.sample());
      double ratio = rates.logRatio(due);
      if (2 * due.clients() >= clients && ratio > result.highest()) {
        result = new Result(ratio, due);
      }
    }
    return result;
  }
}
