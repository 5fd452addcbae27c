package dev.backstay.transaction;

import dev.backstay.gateway.Observation;
import dev.backstay.health.Judge;
import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.health.Verdict;
import dev.backstay.health.Watch;
import dev.backstay.playbook.Playbook;
import dev.backstay.time.Deadline;
import dev.backstay.time.Time;
import dev.backstay.transaction.Steps.Done;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at the clients of one gateway until a verdict, or until they are back after a revert. */
final class WatchClients {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Restored clients are waited for this long: twice what three initiations take. */
  private static final Duration RECOVERY = Duration.ofSeconds(25);

  /** Observations may come late by this much at the end of a window before silence is a finding. */
  private static final Duration LATE = Duration.ofSeconds(20);

  private final Order order;
  private final Observer observer;
  private final StepLog log;
  private final Time time;

  WatchClients(Order order, Observer observer, StepLog log, Time time) {
    this.order = order;
    this.observer = observer;
    this.log = log;
    this.time = time;
  }

  /** A failure ends it early; a pass needs the whole window. */
  Done<Verdict> untilVerdict(Watch watch) throws InterruptedException {
    Playbook playbook = order.playbook();
    Judge judge =
        order.restore().isPresent()
            ? Judge.ofAnyNumber(playbook.gates())
            : new Judge(playbook.gates());
    Duration window = playbook.observe().window();
    Deadline leaseEnd = time.in(order.leaseAfterApply());
    Deadline lastWord = time.in(window.plus(LATE));
    while (!lastWord.isOver()) {
      Optional<Observation> seen = observer.next(SECOND);
      if (seen.isEmpty()) {
        continue;
      }
      watch.accept(seen.get());
      Tally tally = watch.tally();
      log.watched(order.name(), tally, leaseEnd.left());
      Optional<Verdict.Fail> early = judge.early(tally);
      if (early.isPresent()) {
        return told(early.get(), tally);
      }
      if (tally.seconds() >= window.toSeconds()) {
        return told(judge.end(tally), tally);
      }
    }
    return told(
        new Verdict.Inconclusive(
            List.of(
                "the gateway stopped telling before the window of %d s was over"
                    .formatted(window.toSeconds()))),
        watch.tally());
  }

  private static Done<Verdict> told(Verdict verdict, Tally tally) {
    return new Done<>(
        verdict,
        verdict.word() + ": " + String.join("; ", verdict.reasons()),
        with(Map.of("secondsAfterCut", "%.1f".formatted(tally.seconds())), tally));
  }

  /** After a revert: the same clients that were active must come back to the old state. */
  Tally untilBack(Watch watch) throws InterruptedException {
    Deadline end = time.in(RECOVERY);
    while (!end.isOver() && !watch.tally().allBack()) {
      observer.next(SECOND).ifPresent(watch::accept);
      log.watched(order.name(), watch.tally(), Duration.ZERO);
    }
    return watch.tally();
  }

  static Map<String, String> with(Map<String, String> facts, Tally tally) {
    Map<String, String> all = new LinkedHashMap<>(facts);
    all.put("back", Integer.toString(tally.count(PeerState.BACK)));
    all.put("eligible", Integer.toString(tally.eligible()));
    all.put("lastBackAfter", "%.1f".formatted(tally.lastBack()));
    return all;
  }
}
