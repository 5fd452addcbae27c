package dev.backstay.health;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * Clients of gateways that are not changed, watched over the same minutes: they tell what is lost
 * anyway, and whether it is us or the internet. A fixed assumption of churn is the weak point of
 * every other gate (rollout.md §3.6: with 5 % where 2 % were assumed, 35 to 88 % false stops).
 *
 * @param sample its clients, and how many of them were not seen to be well
 */
public record ControlGroup(Sample sample) {
  static final String NAME = "control";

  /**
   * A failure that the control could show as well with more than this probability is none. Looking
   * each second adds up, so before the end only what is far beyond chance counts (Haybittle and
   * Peto); together at most one percent.
   */
  private static final double FALSE_ALARM_EARLY = 0.001;

  private static final double FALSE_ALARM_AT_END = 0.005;

  /** Of its watch so far. Who has not been heard yet counts as lost, which defers a failure. */
  public static ControlGroup of(Tally tally) {
    return new ControlGroup(
        new Sample(tally.eligible(), tally.eligible() - tally.count(PeerState.BACK)));
  }

  /** Several gateways are one group. */
  public ControlGroup plus(ControlGroup other) {
    return new ControlGroup(sample.plus(other.sample));
  }

  boolean usable() {
    return sample.clients() >= Judge.FEWEST_CLIENTS;
  }

  Finding confirmEarly(Finding fail) {
    return confirm(fail, FALSE_ALARM_EARLY);
  }

  Finding confirmAtEnd(Finding fail) {
    return confirm(fail, FALSE_ALARM_AT_END);
  }

  /** Holds a failure against it. */
  private Finding confirm(Finding fail, double falseAlarm) {
    if (!usable() || fail.says() != Says.FAIL) {
      return fail;
    }
    Exact.Comparison comparison = Exact.compare(fail.sample(), sample);
    Finding both =
        fail.with("control", sample.toString())
            .with("control-p", "%.2g".formatted(comparison.p()))
            .with("control-test", comparison.test());
    return comparison.p() <= falseAlarm
        ? both
        : both.but(
            Says.INCONCLUSIVE,
            "; but so do %s of gateways that were not changed, so it need not be the change"
                .formatted(sample));
  }

  /** Whether there is a control at all. */
  Finding finding() {
    return new Finding(
        NAME,
        usable() ? Says.PASS : Says.INCONCLUSIVE,
        sample,
        "share",
        OptionalDouble.empty(),
        OptionalDouble.of(Exact.upperBound(sample)),
        Map.of("fewest-clients", Integer.toString(Judge.FEWEST_CLIENTS)),
        usable()
            ? "%s of gateways that were not changed are lost anyway".formatted(sample)
            : "only %d clients of gateways that were not changed could be compared with"
                .formatted(sample.clients()));
  }
}
