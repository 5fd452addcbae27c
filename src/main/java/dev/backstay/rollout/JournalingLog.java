package dev.backstay.rollout;

import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.health.Verdict;
import dev.backstay.snapshot.KeptEvidence;
import dev.backstay.transaction.Before;
import dev.backstay.transaction.Resumption;
import dev.backstay.transaction.Step;
import dev.backstay.transaction.StepLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Turns what transactions tell into lines of the journal, and passes on what is only for the eye.
 */
public final class JournalingLog implements StepLog {
  private static final Set<PeerState> MISSING =
      EnumSet.of(PeerState.FAILED, PeerState.SILENT, PeerState.STALLED, PeerState.WAITING);

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
    List<Event.Missing> missing = new ArrayList<>();
    for (PeerState state : PeerState.values()) {
      String word = state.name().toLowerCase(Locale.ROOT);
      counts.put(word, tally.count(state));
      if (MISSING.contains(state)) {
        tally
            .peers(state)
            .forEach(p ->
                missing.add(new Event.Missing(p.network(), p.key().base64(), p.endpoint(), word)));
      }
    }
    journal.append(new Event.Judged(gateway, verdict.word(), verdict.reasons(), counts, missing));
  }
}
