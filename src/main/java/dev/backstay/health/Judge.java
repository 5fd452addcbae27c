package dev.backstay.health;

import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Percent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Applies the gates to a tally. A failing gate may speak at any time; a pass needs the whole
 * window, because successes arrive within a round trip and failures only at their deadlines:
 * whoever counts in the order of arrival sees a broken version pass first (the censoring trap).
 */
public final class Judge {
  /** Fewer eligible clients than this never pass by their number alone. */
  public static final int FEWEST_CLIENTS = 5;

  /**
   * One client may have left at the very second; two that fail the same way have a common cause.
   * With an ordinary loss of 2 % a sequential test at 1 % error rejects after two losses as well.
   */
  static final int FEWEST_FAILED = 2;

  private final Gates gates;
  private final int fewestClients;

  public Judge(Gates gates) {
    this(gates, FEWEST_CLIENTS);
  }

  private Judge(Gates gates, int fewestClients) {
    this.gates = gates;
    this.fewestClients = fewestClients;
  }

  /**
   * For what a person has ordered knowing that there may be no clients to ask, such as a gateway
   * that is made anew: it passes when everything is read back as ordered and nobody who was there
   * is lost.
   */
  public static Judge ofAnyNumber(Gates gates) {
    return new Judge(gates, 0);
  }

  /** A failure that is certain already, before the window has ended. */
  public Optional<Verdict.Fail> early(Tally tally) {
    List<String> reasons = new ArrayList<>(tally.violations());
    failedHandshakes(tally).ifPresent(reasons::add);
    stalled(tally).ifPresent(reasons::add);
    return reasons.isEmpty() ? Optional.empty() : Optional.of(new Verdict.Fail(reasons));
  }

  /** The verdict at the end of the window. */
  public Verdict end(Tally tally) {
    List<String> failures =
        new ArrayList<>(early(tally).map(Verdict.Fail::reasons).orElse(List.of()));
    silent(tally).ifPresent(failures::add);
    if (!failures.isEmpty()) {
      return new Verdict.Fail(failures);
    }
    List<String> doubts = doubts(tally);
    return doubts.isEmpty()
        ? new Verdict.Pass(List.of(passed(tally)))
        : new Verdict.Inconclusive(doubts);
  }

  private static String passed(Tally tally) {
    return tally.eligible() == 0
        ? "everything is read back as ordered; no client was active before, so none is missed"
        : "%d of %d clients are back and their data flows"
            .formatted(tally.count(PeerState.BACK), tally.eligible());
  }

  private Optional<String> failedHandshakes(Tally tally) {
    int failed = tally.count(PeerState.FAILED);
    return failed >= FEWEST_FAILED && gates.broken().reachedBy(failed, tally.eligible())
        ? Optional.of(
            "%s completed no handshake (limit %s)".formatted(share(failed, tally), gates.broken()))
        : Optional.empty();
  }

  private Optional<String> stalled(Tally tally) {
    return over(
        tally, PeerState.STALLED, gates.stalled(), "shook hands, but their data does not flow");
  }

  private Optional<String> silent(Tally tally) {
    return over(tally, PeerState.SILENT, gates.silent(), "never showed up again");
  }

  private static Optional<String> over(Tally tally, PeerState state, Percent limit, String what) {
    int count = tally.count(state);
    return limit.exceededBy(count, tally.eligible())
        ? Optional.of("%s %s (limit %s)".formatted(share(count, tally), what, limit))
        : Optional.empty();
  }

  private List<String> doubts(Tally tally) {
    List<String> doubts = new ArrayList<>();
    if (tally.eligible() < fewestClients) {
      doubts.add(
          "only %d clients were active before the change, and fewer than %d prove nothing"
              .formatted(tally.eligible(), fewestClients));
    }
    if (!tally.counted()) {
      doubts.add("the packet filter could not be read, so nobody knows whose data is stuck");
    }
    int failed = tally.count(PeerState.FAILED);
    int waiting = tally.count(PeerState.WAITING);
    if (gates.healthy().exceededBy(failed, tally.eligible())) {
      doubts.add(
          "%s completed no handshake: more than healthy (%s), less than broken (%s, and at least %d)"
              .formatted(share(failed, tally), gates.healthy(), gates.broken(), FEWEST_FAILED));
    } else if (gates.healthy().exceededBy(failed + waiting, tally.eligible())) {
      doubts.add("%s had not reached their deadline".formatted(share(waiting, tally)));
    }
    return doubts;
  }

  private static String share(int count, Tally tally) {
    return "%d of %d clients".formatted(count, tally.eligible());
  }
}
