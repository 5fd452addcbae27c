package dev.backstay.transaction;

import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.health.Baseline.ActivePeer;
import dev.backstay.health.Finding;
import dev.backstay.health.Judge;
import dev.backstay.health.PeerState;
import dev.backstay.health.ProbeGate;
import dev.backstay.health.Tally;
import dev.backstay.health.Verdict;
import dev.backstay.health.Watch;
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

  /** Of clients that send each second or keep alive each five, this is long enough. */
  private static final Duration QUIET = Duration.ofSeconds(6);

  private final Order order;
  private final Observer observer;
  private final StepLog log;
  private final Brake brake;
  private final Time time;
  private final Judge judge;
  private final ProbeWatch probing;

  WatchClients(
      Order order, Observer observer, StepLog log, Brake brake, ProbeWatch probing, Time time) {
    this.order = order;
    this.observer = observer;
    this.log = log;
    this.brake = brake;
    this.time = time;
    this.judge =
        order.restore().isPresent() || order.playbook().gates().fewClients()
            ? Judge.ofAnyNumber(order.playbook().gates())
            : new Judge(order.playbook().gates());
    this.probing = probing;
  }

  /**
   * A failure ends it early; a pass needs the whole window.
   *
   * @param from uptime in seconds from which the window counts: the change itself, or the moment in
   *     which another controller took over
   * @param answers uptime from which WireGuard has to answer, so that probes count
   * @param others gateways that are not changed meanwhile
   */
  Done<Verdict> untilVerdict(Watch watch, double from, double answers, ControlWatch.View others)
      throws InterruptedException {
    Duration window = order.playbook().observe().window();
    Deadline leaseEnd = time.in(order.leaseAfterApply());
    Deadline lastWord = time.in(window.plus(LATE));
    while (!lastWord.isOver()) {
      Optional<String> stop = brake.pulled();
      if (stop.isPresent()) {
        return told(new Verdict.Inconclusive(List.of(stop.get())), watch.tally());
      }
      Optional<Observation> seen = observer.next(SECOND);
      seen.ifPresent(one -> probing.saw(one, watch.boot()));
      Optional<Finding> dead = probing.early(answers);
      if (dead.isPresent()) {
        return told(ProbeGate.failed(dead.get(), watch.tally()), watch.tally());
      }
      if (seen.isEmpty()) {
        continue;
      }
      watch.accept(seen.get());
      Tally tally = watch.tally();
      log.watched(order.name(), tally, leaseEnd.left());
      Judge beside = others.group().map(judge::beside).orElse(judge);
      Optional<Verdict.Fail> early = beside.early(tally);
      if (early.isPresent()) {
        return told(early.get(), tally);
      }
      if (seen.get().uptime() - from >= window.toSeconds()) {
        Verdict clients = beside.end(tally);
        return told(
            probing.end(answers).map(probe -> ProbeGate.join(clients, probe)).orElse(clients),
            tally);
      }
    }
    return told(
        new Verdict.Inconclusive(
            List.of(
                "the gateway stopped telling before the window of %d s was over%s"
                    .formatted(window.toSeconds(), observer.silentBecause()))),
        watch.tally());
  }

  /**
   * Watches the clients leave, until nothing is heard of them.
   *
   * @param active who was here
   * @param since uptime in seconds at which they had been sent away; what was heard before proves
   *     nothing
   * @param limit by when all of them must have left; zero to take the traffic host's word for it
   * @return how that went, for people
   * @throws GatewayRefusedException if some still send, or nobody can tell
   */
  String untilGone(List<ActivePeer> active, double since, Duration limit)
      throws InterruptedException {
    if (active.isEmpty() || limit.isZero()) {
      return active.isEmpty() ? "nobody was here" : "not waited for anybody to leave";
    }
    Duration quiet = limit.dividedBy(2).compareTo(QUIET) < 0 ? limit.dividedBy(2) : QUIET;
    Deadline lastWord = time.in(limit.plus(LATE));
    Optional<Observation> before = Optional.empty();
    double heard = since;
    long sending = active.size();
    while (!lastWord.isOver()) {
      Optional<Observation> seen = observer.next(SECOND).filter(one -> one.uptime() >= since);
      if (seen.isEmpty()) {
        continue;
      }
      Observation then = before.orElse(seen.get());
      sending = active.stream().filter(peer -> sends(peer, then, seen.get())).count();
      if (before.isEmpty() || sending > 0) {
        heard = seen.get().uptime();
      }
      before = seen;
      if (seen.get().uptime() - heard >= quiet.toSeconds()) {
        return "%d clients left within %.0f s".formatted(active.size(), heard - since);
      }
      if (seen.get().uptime() - since >= limit.toSeconds() && sending > 0) {
        throw stay(
            "%d of %d clients still send to it after %d s"
                .formatted(sending, active.size(), limit.toSeconds()));
      }
    }
    throw stay("nobody knows whether its clients have left: the gateway did not tell in time");
  }

  private GatewayRefusedException stay(String sentence) {
    return new GatewayRefusedException(order.name(), Step.DRAIN.word(), 1, sentence);
  }

  private static boolean sends(ActivePeer peer, Observation before, Observation now) {
    return received(peer, now) > received(peer, before);
  }

  private static long received(ActivePeer peer, Observation seen) {
    return Optional.ofNullable(seen.interfaces().get(peer.network()))
        .map(sample -> sample.transfer().get(peer.key()))
        .map(Transfer::received)
        .orElse(0L);
  }

  /** What went wrong since the verdict, as far as it has been seen; nothing if all is well. */
  Optional<Verdict.Fail> worse(Watch watch) {
    observer.all().forEach(watch::accept);
    return judge.early(watch.tally());
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
