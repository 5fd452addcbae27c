package dev.backstay.health;

import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Ordinary;
import dev.backstay.playbook.Percent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Asks the gates about a tally. A failing gate may speak at any time; a pass needs the whole
 * window, because successes arrive within a round trip and failures only at their deadlines:
 * whoever counts in the order of arrival sees a broken version pass first (the censoring trap).
 */
public final class Judge {
  /** Fewer eligible clients than this never pass by their number alone. */
  public static final int FEWEST_CLIENTS = 5;

  private final Gates gates;
  private final int fewestClients;
  private final Optional<ControlGroup> control;
  private final HandshakeGate handshakes;
  private final Churn churn;

  public Judge(Gates gates) {
    this(gates, FEWEST_CLIENTS, Optional.empty());
  }

  private Judge(Gates gates, int fewestClients, Optional<ControlGroup> control) {
    double lostAnyway =
        control.filter(ControlGroup::usable).map(one -> one.sample().share()).orElse(0.0);
    this.gates = gates;
    this.fewestClients = fewestClients;
    this.control = control;
    this.handshakes = HandshakeGate.of(gates).above(lostAnyway);
    // Who is allowed to fail is allowed to be gone.
    this.churn = Churn.of(gates).atLeast(Math.max(lostAnyway, Rates.of(gates).healthy()));
  }

  /**
   * For what a person has ordered knowing that there may be no clients to ask, such as a gateway
   * that is made anew: it passes when everything is read back as ordered and nobody who was there
   * is lost.
   */
  public static Judge ofAnyNumber(Gates gates) {
    return new Judge(gates, 0, Optional.empty());
  }

  /**
   * The same judge, who takes what is ordinary from a control group, as it is at the moment of the
   * verdict. What the control loses as well is no failure of the change.
   */
  public Judge beside(ControlGroup group) {
    return new Judge(gates, fewestClients, Optional.of(group));
  }

  /** A failure that is certain already, before the window has ended. */
  public Optional<Verdict.Fail> early(Tally tally) {
    Finding early = handshakes.early(tally);
    List<Finding> findings = new ArrayList<>();
    findings.add(invariants(tally));
    findings.add(control.map(group -> group.confirmEarly(early)).orElse(early));
    findings.add(stalled(tally));
    control.map(group -> group.finding(gates)).ifPresent(findings::add);
    return failed(findings, tally);
  }

  /** The verdict at the end of the window. */
  public Verdict end(Tally tally) {
    List<Finding> findings = new ArrayList<>();
    findings.add(invariants(tally));
    findings.add(enough(tally));
    findings.add(counted(tally));
    findings.add(confirmed(handshakes.end(tally)));
    findings.add(stalled(tally));
    findings.add(overload(tally));
    findings.add(confirmed(silent(tally)));
    findings.add(confirmed(lost(tally)));
    control.map(group -> group.finding(gates)).ifPresent(findings::add);
    Optional<Verdict.Fail> failed = failed(findings, tally);
    if (failed.isPresent()) {
      return failed.get();
    }
    List<String> doubts = sentences(findings, Says.INCONCLUSIVE);
    Evidence evidence = evidence(findings, tally);
    return doubts.isEmpty()
        ? new Verdict.Pass(List.of(passed(tally)), evidence)
        : new Verdict.Inconclusive(doubts, evidence);
  }

  private static Optional<Verdict.Fail> failed(List<Finding> findings, Tally tally) {
    List<String> reasons = sentences(findings, Says.FAIL);
    return reasons.isEmpty()
        ? Optional.empty()
        : Optional.of(new Verdict.Fail(reasons, evidence(findings, tally)));
  }

  /** Several of the same gate are told as several. */
  private static List<String> sentences(List<Finding> findings, Says says) {
    return findings.stream().filter(one -> one.says() == says).map(Finding::sentence).toList();
  }

  private static Evidence evidence(List<Finding> findings, Tally tally) {
    return new Evidence(findings, tally.matured(), tally.missing());
  }

  private Finding confirmed(Finding finding) {
    return control.map(group -> group.confirmAtEnd(finding)).orElse(finding);
  }

  private static String passed(Tally tally) {
    return tally.eligible() == 0
        ? "everything is read back as ordered; no client was active before, so none is missed"
        : "%d of %d clients are back and their data flows"
            .formatted(tally.count(PeerState.BACK), tally.eligible());
  }

  private static Finding invariants(Tally tally) {
    boolean broken = !tally.violations().isEmpty();
    return Finding.fact(
        "invariants",
        broken ? Says.FAIL : Says.PASS,
        Sample.NONE,
        Map.of(),
        broken ? String.join("; ", tally.violations()) : "everything else is as planned");
  }

  private Finding enough(Tally tally) {
    boolean few = tally.eligible() < fewestClients;
    return Finding.fact(
        "clients",
        few ? Says.INCONCLUSIVE : Says.PASS,
        new Sample(tally.eligible(), 0),
        Map.of("fewest", Integer.toString(fewestClients)),
        few
            ? "only %d clients were active before the change, and fewer than %d prove nothing"
                .formatted(tally.eligible(), fewestClients)
            : "%d clients were active before the change".formatted(tally.eligible()));
  }

  private static Finding counted(Tally tally) {
    return Finding.fact(
        "counting",
        tally.counted() ? Says.PASS : Says.INCONCLUSIVE,
        Sample.NONE,
        Map.of(),
        tally.counted()
            ? "datagrams were counted all the time"
            : "the packet filter could not be read, so nobody knows whose data is stuck"
                + (tally.lacks().isEmpty() ? "" : ": " + String.join("; ", tally.lacks())));
  }

  private Finding stalled(Tally tally) {
    return over(
        "stalled",
        tally,
        PeerState.STALLED,
        gates.stalled(),
        "shook hands, but their data does not flow");
  }

  /**
   * Who is put off with a cookie asks again: that says something of the load, not of the change.
   */
  private Finding overload(Tally tally) {
    int putOff =
        (int) tally.missing().stream().filter(one -> one.cause() == Cause.OVERLOAD).count();
    Sample sample = new Sample(tally.eligible(), Math.min(putOff, tally.eligible()));
    boolean over = gates.healthy().exceededBy(putOff, tally.eligible());
    return Finding.plain(
        "overload",
        over ? Says.INCONCLUSIVE : Says.PASS,
        sample,
        Map.of("limit", gates.healthy().toString()),
        over
            ? "%s are put off by the gateway, which is under load: look again when that is over"
                .formatted(sample)
            : "%s are put off by the gateway".formatted(sample));
  }

  private Finding silent(Tally tally) {
    return over("silent", tally, PeerState.SILENT, gates.silent(), "never showed up again");
  }

  private static Finding over(
      String gate, Tally tally, PeerState state, Percent limit, String what) {
    Sample sample = new Sample(tally.eligible(), tally.count(state));
    boolean over = limit.exceededBy(sample.lost(), sample.clients());
    return Finding.plain(
        gate,
        over ? Says.FAIL : Says.PASS,
        sample,
        Map.of("limit", limit.toString()),
        "%s %s%s".formatted(sample, what, over ? " (limit %s)".formatted(limit) : ""));
  }

  /**
   * Everybody who is gone for whatever reason, against what churn explains. Sees in large fleets
   * what is below the limit for silence; in small ones that limit is the narrower.
   */
  private Finding lost(Tally tally) {
    Sample sample =
        new Sample(tally.eligible(), tally.count(PeerState.FAILED) + tally.count(PeerState.SILENT));
    int limit = churn.limit(sample.clients());
    boolean off = gates.silent().hundredths() == Percent.WHOLE;
    boolean over = !off && sample.lost() >= limit && sample.lost() >= HandshakeGate.FEWEST_FAILED;
    return new Finding(
        "lost",
        over ? Says.FAIL : Says.PASS,
        sample,
        "beta-binomial",
        OptionalDouble.of(churn.atLeast(sample)),
        OptionalDouble.of(Exact.upperBound(sample)),
        Map.of(
            "from",
            off ? "off" : Integer.toString(limit),
            "calibration",
            gates.ordinary().map(Ordinary::calibration).orElse("none"),
            "churn",
            "%.2f%%".formatted(churn.rate() * 100),
            "correlation",
            "%.2f".formatted(churn.correlation()),
            "false-alarm",
            "0.1%"),
        over
            ? "%s are gone, and ordinary churn explains fewer than %d".formatted(sample, limit)
            : "%s are gone".formatted(sample));
  }
}
