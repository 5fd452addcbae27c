package dev.backstay.transaction;

import static java.util.function.Predicate.not;

import dev.backstay.change.GatewayChange;
import dev.backstay.change.Preflight;
import dev.backstay.change.Restoration;
import dev.backstay.change.Scripts;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Lease;
import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Staged;
import dev.backstay.health.Baseline;
import dev.backstay.playbook.Activation;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Reason;
import dev.backstay.transaction.Steps.Done;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * PREFLIGHT to ARM: everything that must be in place before anything of the service is touched. For
 * one attempt.
 */
final class Prepare {
  /** Renewals together may make a lease this many times as long as it began. */
  private static final int LONGEST = 3;

  private final Order order;
  private final GatewayLink link;
  private final Snapshots snapshots;
  private final Preflight preflight;
  private final Observer observer;
  private final Optional<Detour> detour;
  private final Optional<Handover> handover;
  private final ProbeWatch probing;
  private final Probes probes;

  /** Where the baseline begins. */
  private Optional<First> first = Optional.empty();

  private Optional<Baseline> measured = Optional.empty();

  /**
   * @param observer not started yet
   * @param detour that is to be made ready as well
   * @param handover for which all this is done, if it is for one
   * @param probing of this gateway
   * @param probes whose peers are no clients
   */
  Prepare(
      Order order,
      GatewayLink link,
      Snapshots snapshots,
      Preflight preflight,
      Observer observer,
      Optional<Detour> detour,
      Optional<Handover> handover,
      ProbeWatch probing,
      Probes probes) {
    this.order = order;
    this.link = link;
    this.snapshots = snapshots;
    this.preflight = preflight;
    this.observer = observer;
    this.detour = detour;
    this.handover = handover;
    this.probing = probing;
    this.probes = probes;
  }

  /** A gateway that is ready to be changed, and can take the change back by itself. */
  record Armed(GatewayChange change, Facts before, Baseline baseline) {}

  /**
   * Empty when the gateway is as wanted already. Nothing of this touches its service, and each step
   * can be made twice, so a short cut of the link is waited out.
   */
  Optional<Armed> run(Steps steps) {
    Facts facts = steps.runPatiently(Step.PREFLIGHT, this::preflight, () -> {});
    GatewayChange change = preflight.resolve(order.name(), facts);
    if (change.nothingToDo() && handover.isEmpty()) {
      return Optional.empty();
    }
    steps.runPatiently(Step.BASELINE, () -> beginBaseline(change, facts), () -> {});
    // The collector went with the connection, and what it counted went with it.
    Steps.Again again = () -> lookAnew(change);
    Reason reason = Reason.beforeRollout(order.identifiers().rollout());
    steps.runPatiently(Step.SNAPSHOT, () -> snapshot(reason), again);
    steps.runPatiently(Step.STAGE, () -> stage(change), again);
    detour
        .or(() -> handover.map(Handover::detour))
        .ifPresent(way -> steps.runPatiently(Step.TRAFFIC, way::ready, again));
    Baseline baseline = steps.runPatiently(Step.ARM, this::arm, again);
    return Optional.of(new Armed(change, facts, baseline));
  }

  private Done<Facts> preflight() {
    Facts facts = link.programs().facts(preflight.query());
    List<Problem> problems = new ArrayList<>(preflight.problems(order.name(), facts));
    handover.ifPresent(to -> problems.addAll(to.problems(facts)));
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    GatewayChange change = preflight.resolve(order.name(), facts);
    refuseIfNotAsPlanned(change);
    String what = change.nothingToDo() ? "already as wanted" : change.what();
    return new Done<>(
        facts, what, Map.of("kernel", facts.kernel(), "module", facts.moduleLoaded()));
  }

  /** Hours may lie between a plan and the turn of a gateway in the last of its waves. */
  private void refuseIfNotAsPlanned(GatewayChange change) {
    List<String> now = change.packages();
    List<String> planned = order.planned().map(AsPlanned::packages).orElse(now);
    List<String> moved = new ArrayList<>();
    planned.stream()
        .filter(not(now::contains))
        .map("the plan has \"%s\""::formatted)
        .forEach(moved::add);
    now.stream()
        .filter(not(planned::contains))
        .map("now it is \"%s\""::formatted)
        .forEach(moved::add);
    if (!change.nothingToDo() && !moved.isEmpty()) {
      throw new ProblemException(
          "plan-stale",
          order.name(),
          "something moved since the plan was made: " + String.join("; ", moved),
          "look at what happened, then plan again: backstay plan");
    }
  }

  /**
   * The first observations.
   *
   * @param old of the gateway whose clients are taken over, if they are
   */
  private record First(Observation own, Optional<Observation> old) {}

  private Done<Observation> beginBaseline(GatewayChange change, Facts facts)
      throws InterruptedException {
    lookAnew(change);
    String probed = probing.before(facts);
    Observation seen = first.orElseThrow().own();
    return Done.of(
        seen,
        "watching "
            + String.join(", ", seen.interfaces().keySet())
            + handover.map(to -> ", and the clients of " + to.oldName()).orElse("")
            + probed);
  }

  private void lookAnew(GatewayChange change) throws InterruptedException {
    observer.start(change.watched());
    Optional<Observation> old = Optional.empty();
    if (handover.isPresent()) {
      old = Optional.of(handover.get().beginBaseline(change.interfaces()));
    }
    first = Optional.of(new First(nextOwn("the collector says nothing"), old));
  }

  private Observation nextOwn(String otherwise) throws InterruptedException {
    return observer
        .next(Observer.FIRST_WORD)
        .orElseThrow(() -> link.lost(otherwise + observer.silentBecause()));
  }

  private Done<String> snapshot(Reason reason) {
    Snapshots.Taken taken = snapshots.take(order.gateway(), link.programs(), reason);
    return new Done<>(taken.commit(), taken.detail(), Map.of("commit", taken.commit()));
  }

  private Done<List<Staged>> stage(GatewayChange change) {
    Identifiers ids = order.identifiers();
    link.programs().install();
    order.restore().ifPresent(restore -> stageFiles(restore, ids));
    if (change.part(Scripts.class).isPresent()) {
      byte[] archive = ScriptArchive.of(order.playbook().change().scripts());
      link.programs().stageScripts(ids.rollout(), ids.attempt(), archive);
    }
    List<Staged> files = link.programs().stage(change.file(ids.rollout(), ids.attempt()));
    Map<String, String> facts = new LinkedHashMap<>();
    files.forEach(f -> facts.put(f.file(), f.sha256()));
    String what =
        change
            .part(Restoration.class)
            .map(r -> r.files().size() + " files in the gateway's memory")
            .orElse(
                files.isEmpty()
                    ? "the change is on the gateway's disk"
                    : files.size() + " package files on the gateway's disk");
    return new Done<>(files, what, facts);
  }

  private void stageFiles(Restore restore, Identifiers ids) {
    byte[] archive = restore.archive();
    try {
      link.programs().stageFiles(ids.rollout(), ids.attempt(), archive);
    } finally {
      Arrays.fill(archive, (byte) 0);
    }
  }

  /**
   * Lets the baseline come to its length, then arms and rehearses. When that is made again the
   * lease is running already, so the clients are not counted again.
   */
  private Done<Baseline> arm() throws InterruptedException {
    Baseline baseline = measured.isPresent() ? measured.get() : measure();
    measured = Optional.of(baseline);
    Duration lease = order.leaseLength();
    Identifiers ids = order.identifiers();
    link.programs()
        .arm(
            new Lease(
                ids.rollout(),
                ids.attempt(),
                ids.epoch(),
                ids.nonceDigest(),
                lease,
                lease.multipliedBy(LONGEST),
                order.playbook().change().activate() == Activation.REBOOT ? 1 : 0));
    link.programs().rehearse();
    return new Done<>(
        baseline,
        "%d active clients%s, %d idle; dead-man armed for %d s and rehearsed"
            .formatted(
                baseline.active().size(),
                handover.map(to -> " of " + to.oldName()).orElse(""),
                baseline.idle(),
                lease.toSeconds()),
        Map.of(
            "eligible",
            Integer.toString(baseline.active().size()),
            "leaseLeft",
            Long.toString(lease.toSeconds())));
  }

  private Baseline measure() throws InterruptedException {
    First begin = first.orElseThrow();
    Baseline own = measure(begin.own(), () -> nextOwn("the collector went silent"), order.name());
    if (handover.isEmpty()) {
      return own;
    }
    Handover to = handover.get();
    return to.expected(measure(begin.old().orElseThrow(), to::nextOfOld, to.oldName()), own);
  }

  private interface Looking {
    Observation next() throws InterruptedException;
  }

  private Baseline measure(Observation first, Looking looking, String gateway)
      throws InterruptedException {
    Observation begin = first;
    Observation last = first;
    double length = order.playbook().observe().baseline().toSeconds();
    while (last.uptime() - begin.uptime() < length) {
      last = looking.next();
      // Started anew meanwhile: what was counted before is of another boot.
      begin = last.boot().equals(begin.boot()) ? begin : last;
    }
    return Baseline.between(begin, last, probes.keys(gateway));
  }
}
