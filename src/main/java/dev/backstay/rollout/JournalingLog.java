package dev.backstay.rollout;

import dev.backstay.health.Finding;
import dev.backstay.health.Missing;
import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.health.Verdict;
import dev.backstay.snapshot.KeptEvidence;
import dev.backstay.transaction.Before;
import dev.backstay.transaction.Resumption;
import dev.backstay.transaction.Step;
import dev.backstay.transaction.StepLog;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Turns what transactions tell into lines of the journal, and passes on what is only for the eye.
 */
public final class JournalingLog implements StepLog {
  private final Journal journal;
  private final Spectator spectator;

  public JournalingLog(Journal journal, Spectator spectator) {
    this.journal = journal;
    this.spectator = spectator;
  }

  @Override
  public void began(String gateway, Step step) {
    journal.append(new Event.StepBegan(gateway, step.word()));
  }

  @Override
  public void ended(
      String gateway, Step step, Result result, String detail, Map<String, String> facts) {
    journal.append(
        new Event.StepEnded(
            gateway, step.word(), result.name().toLowerCase(Locale.ROOT), detail, facts));
  }

  @Override
  public void remembered(String gateway, Before before) {
    journal.append(new Event.Remembered(gateway, Then.of(before)));
  }

  @Override
  public void probed(String gateway, String says, Resumption decision) {
    journal.append(new Event.Probed(gateway, says, decision));
  }

  @Override
  public void watched(String gateway, Tally tally, Duration leaseLeft) {
    spectator.watched(gateway, tally, leaseLeft);
  }

  @Override
  public void evidenceKept(
      String gateway, String take, KeptEvidence.Commit kept, List<String> cut) {
    journal.append(new Event.EvidenceKept(gateway, take, kept.commit(), kept.bytes(), cut));
  }

  @Override
  public void evidenceNotKept(String gateway, String take, String why) {
    journal.append(new Event.EvidenceNotKept(gateway, take, why));
  }

  @Override
  public void judged(String gateway, Verdict verdict, Tally tally) {
    Map<String, Integer> counts = new TreeMap<>();
    for (PeerState state : PeerState.values()) {
      counts.put(word(state), tally.count(state));
    }
    journal.append(
        new Event.Judged(
            gateway,
            verdict.word(),
            verdict.reasons(),
            counts,
            tally.missing().stream()
                .sorted(Comparator.comparing(Missing::state))
                .map(JournalingLog::missing)
                .toList(),
            verdict.evidence().findings().stream().map(JournalingLog::gate).toList(),
            verdict.evidence().matured().stream()
                .map(one -> new Event.Due(one.second(), one.clients(), one.failed()))
                .toList()));
  }

  private static String word(PeerState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static Event.Missing missing(Missing one) {
    return new Event.Missing(
        one.peer().network(),
        one.peer().key().base64(),
        one.peer().endpoint(),
        word(one.state()),
        one.lastHandshake() == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochSecond(one.lastHandshake())),
        one.cause().word(),
        one.cause().advice());
  }

  private static Event.Gate gate(Finding finding) {
    return new Event.Gate(
        finding.gate(),
        finding.says().word(),
        finding.sample().clients(),
        finding.sample().lost(),
        finding.test(),
        boxed(finding.p()),
        boxed(finding.bound()),
        finding.thresholds(),
        finding.sentence());
  }

  private static Optional<Double> boxed(OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }
}
