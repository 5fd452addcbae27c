package dev.backstay.health;

import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Percent;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Clients of gateways that are not changed, watched over the same minutes: they tell what is lost
 * anyway, and whether it is us or the internet. A fixed assumption of churn is the weak point of
 * every other gate (rollout.md §3.6: with 5 % where 2 % were assumed, 35 to 88 % false stops).
 *
 * @param sample its clients, and how many of them were not seen to be well
 * @param gateways whose clients they are
 * @param leftOut gateways that were to be watched and could not be, each as a sentence
 */
public record ControlGroup(Sample sample, List<String> gateways, List<String> leftOut) {
  /** Of the finding that tells of it. */
  public static final String NAME = "control";

  /**
   * A failure that the control could show as well with more than this probability is none. Looking
   * each second adds up, so before the end only what is far beyond chance counts (Haybittle and
   * Peto); together at most one percent.
   */
  private static final double FALSE_ALARM_EARLY = 0.001;

  private static final double FALSE_ALARM_AT_END = 0.005;

  /** Nobody. */
  public static final ControlGroup NONE = new ControlGroup(Sample.NONE);

  public ControlGroup {
    gateways = List.copyOf(gateways);
    leftOut = List.copyOf(leftOut);
  }

  /** Of gateways without names. */
  public ControlGroup(Sample sample) {
    this(sample, List.of(), List.of());
  }

  /** Clients of one gateway, and how many of them are silent for longer than is usual of them. */
  public static ControlGroup of(String gateway, Sample silent) {
    return new ControlGroup(silent, List.of(gateway), List.of());
  }

  /** A gateway that could not be watched. */
  public static ControlGroup without(String gateway, String why) {
    return new ControlGroup(Sample.NONE, List.of(), List.of(gateway + ": " + why));
  }

  /** Several gateways are one group. */
  public ControlGroup plus(ControlGroup other) {
    return new ControlGroup(
        sample.plus(other.sample), both(gateways, other.gateways), both(leftOut, other.leftOut));
  }

  private static List<String> both(List<String> first, List<String> then) {
    return Stream.concat(first.stream(), then.stream()).toList();
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

  /**
   * Whether there is a control at all, and whether it is well enough to be compared with: what
   * strikes everybody hides what the change does.
   */
  Finding finding(Gates gates) {
    boolean struck = sample.lost() > limit(gates) * sample.clients();
    return new Finding(
        NAME,
        usable() && !struck ? Says.PASS : Says.INCONCLUSIVE,
        sample,
        "share",
        OptionalDouble.empty(),
        OptionalDouble.of(Exact.upperBound(sample)),
        thresholds(gates),
        sentence(struck));
  }

  /** As much silence as the playbook allows of a gateway, and never more than half. */
  private static double limit(Gates gates) {
    return Math.min(0.5, (double) gates.silent().hundredths() / Percent.WHOLE);
  }

  private String sentence(boolean struck) {
    if (!usable()) {
      return "only %d clients of gateways that were not changed could be compared with%s"
          .formatted(
              sample.clients(), leftOut.isEmpty() ? "" : " (" + String.join("; ", leftOut) + ")");
    }
    return struck
        ? "%s of gateways that were not changed are lost as well, so something else is wrong, and nothing can be judged"
            .formatted(sample)
        : "%s of gateways that were not changed are lost anyway".formatted(sample);
  }

  private Map<String, String> thresholds(Gates gates) {
    Map<String, String> words = new TreeMap<>();
    words.put("fewest-clients", Integer.toString(Judge.FEWEST_CLIENTS));
    words.put("limit", "%.0f%%".formatted(limit(gates) * 100));
    if (!gateways.isEmpty()) {
      words.put("gateways", String.join(", ", gateways));
    }
    if (!leftOut.isEmpty()) {
      words.put("left-out", String.join("; ", leftOut));
    }
    return words;
  }
}
