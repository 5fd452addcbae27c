package dev.backstay.health;

import dev.backstay.health.Baseline.ActivePeer;
import java.util.List;
import java.util.Map;

/**
 * How many clients are in which state, and who.
 *
 * @param violations hard facts that are not as planned, each as a sentence; seen at least twice in
 *     a row
 * @param seconds since the change, by the gateway's own uptime, of the last observation
 * @param counted whether every observation could count datagrams; without that, neither silence nor
 *     stalled data can be told
 * @param lastBack seconds after the change at which the latest of those that are back was seen
 * @param matured how many clients were due when, by second
 * @param missing those that are not back, with what is known of each
 * @param lacks what the collector cannot do on this gateway, one sentence each
 */
public record Tally(
    Map<PeerState, List<ActivePeer>> byState,
    List<String> violations,
    double seconds,
    boolean counted,
    double lastBack,
    List<Cohort> matured,
    List<Missing> missing,
    List<String> lacks) {
  /** Of a collector that lacks nothing. */
  public Tally(
      Map<PeerState, List<ActivePeer>> byState,
      List<String> violations,
      double seconds,
      boolean counted,
      double lastBack,
      List<Cohort> matured,
      List<Missing> missing) {
    this(byState, violations, seconds, counted, lastBack, matured, missing, List.of());
  }

  public Tally {
    byState = Map.copyOf(byState);
    violations = List.copyOf(violations);
    matured = List.copyOf(matured);
    missing = List.copyOf(missing);
    lacks = List.copyOf(lacks);
  }

  public int count(PeerState state) {
    return peers(state).size();
  }

  public List<ActivePeer> peers(PeerState state) {
    return byState.getOrDefault(state, List.of());
  }

  /** All clients that are judged. */
  public int eligible() {
    return byState.values().stream().mapToInt(List::size).sum();
  }

  public boolean allBack() {
    return count(PeerState.BACK) == eligible();
  }
}
