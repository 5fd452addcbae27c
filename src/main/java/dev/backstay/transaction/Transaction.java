package dev.backstay.transaction;

import dev.backstay.change.GatewayChange;
import dev.backstay.change.Preflight;
import dev.backstay.gateway.ChangeStatus;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.gateway.Lease;
import dev.backstay.gateway.LeaseStatus;
import dev.backstay.gateway.LeaseStatus.State;
import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Staged;
import dev.backstay.health.Baseline;
import dev.backstay.health.Judge;
import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.health.Verdict;
import dev.backstay.health.Watch;
import dev.backstay.health.Watch.Sessions;
import dev.backstay.playbook.Activation;
import dev.backstay.playbook.Playbook;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import dev.backstay.ssh.Shell;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One change of one gateway. {@link #attempt} goes up to the verdict and leaves the change under an
 * open lease; {@link #confirm} or {@link #revert} ends it. Who does neither has decided as well:
 * the gateway reverts when its lease is over. Used by one thread.
 */
public final class Transaction implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(300);

  /** Restored clients are waited for this long; twice what three initiations take. */
  private static final Duration RECOVERY = Duration.ofSeconds(25);

  /** Observations may come late by this much at the end of a window before silence is a finding. */
  private static final Duration LATE = Duration.ofSeconds(20);

  private final Order order;
  private final Connector connector;
  private final TakeSnapshot snapshots;
  private final StepLog log;
  private final Steps steps;
  private final Preflight preflight;
  private Optional<Observer> observing = Optional.empty();
  private Optional<InPlace> inPlace = Optional.empty();

  /** What is needed to watch, confirm or revert a change that has begun. */
  private record InPlace(
      GatewayChange change, Facts before, Observer observer, Baseline baseline) {}

  public Transaction(Order order, Connector connector, TakeSnapshot snapshots, StepLog log) {
    this.order = order;
    this.connector = connector;
    this.snapshots = snapshots;
    this.log = log;
    this.steps = new Steps(order.name(), log);
    this.preflight = new Preflight(order.playbook());
  }

  /** Everything up to the verdict. Never throws for what happens on the gateway. */
  public Attempt attempt() {
    try {
      Facts facts = steps.run(Step.PREFLIGHT, this::readFacts);
      GatewayChange change = preflight.resolve(order.name(), facts);
      if (change.nothingToDo()) {
        return new Attempt.NothingToDo();
      }
      Observer observer = observer(change);
      observing = Optional.of(observer);
      Observation first = steps.run(Step.BASELINE, () -> beginBaseline(observer));
      steps.run(Step.SNAPSHOT, () -> snapshots.of(order.name(), programs(), facts, reason()));
      steps.run(Step.STAGE, () -> stage(change));
      Baseline baseline = steps.run(Step.ARM, () -> arm(observer, first));
      inPlace = Optional.of(new InPlace(change, facts, observer, baseline));
      return applyAndJudge(inPlace.get());
    } catch (StepFailure stopped) {
      if (stopped.step().compareTo(Step.APPLY) >= 0) {
        return new Attempt.Unknown(stopped.step(), stopped.why());
      }
      if (stopped.step() == Step.ARM) {
        disarm();
      }
      return new Attempt.Stopped(stopped.step(), stopped.why());
    }
  }

  private Attempt applyAndJudge(InPlace place) {
    Observation before = place.observer().latest().orElseThrow();
    ChangeStatus applied;
    try {
      applied = steps.run(Step.APPLY, () -> apply(place));
    } catch (StepFailure failure) {
      if (failure.result() != StepLog.Result.FAILED) {
        throw failure;
      }
      settleAfterHostRevert(place);
      return new Attempt.Reverted(failure.why());
    }
    String onDisk = steps.run(Step.REACHABLE, this::reachable);
    boolean reloaded = place.change().activate() == Activation.RELOAD_MODULE;
    Watch.Reference reference =
        new Watch.Reference(
            before,
            cut(applied, "cut-begin", "install-begin"),
            sessions(place),
            reloaded ? onDisk : "");
    Watch watch = new Watch(place.baseline(), reference);
    Verdict verdict = steps.run(Step.OBSERVE, () -> observe(place.observer(), watch));
    log.judged(order.name(), verdict, watch.tally());
    return new Attempt.Judged(verdict);
  }

  private Steps.Done<Facts> readFacts() {
    Facts facts = programs().facts(order.playbook().packages().keySet());
    List<Problem> problems = preflight.problems(order.name(), facts);
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    GatewayChange change = preflight.resolve(order.name(), facts);
    String what =
        change.nothingToDo()
            ? "already as wanted"
            : String.join(", ", change.packages().stream().map(Object::toString).toList());
    return new Steps.Done<>(
        facts, what, Map.of("kernel", facts.kernel(), "module", facts.moduleLoaded()));
  }

  private Observer observer(GatewayChange change) {
    return new Observer(
        () -> connector.shared(order.gateway().target()),
        change.interfaces(),
        order.identifiers().rollout().replaceAll("[^A-Za-z0-9]", "_"));
  }

  private Steps.Done<Observation> beginBaseline(Observer observer) throws InterruptedException {
    observer.start();
    Observation first =
        observer
            .next(Duration.ofSeconds(15))
            .orElseThrow(
                () -> new GatewayLostException(order.name(), "the collector says nothing"));
    return Steps.Done.of(first, "watching " + String.join(", ", first.interfaces().keySet()));
  }

  private Steps.Done<List<Staged>> stage(GatewayChange change) {
    programs().install();
    List<Staged> files =
        programs().stage(change.file(order.identifiers().rollout(), order.identifiers().attempt()));
    Map<String, String> facts = new LinkedHashMap<>();
    files.forEach(f -> facts.put(f.file(), f.sha256()));
    return new Steps.Done<>(files, files.size() + " package files on the gateway's disk", facts);
  }

  /** Arms and rehearses, and lets the baseline come to its length meanwhile. */
  private Steps.Done<Baseline> arm(Observer observer, Observation first)
      throws InterruptedException {
    Playbook playbook = order.playbook();
    Observation last = first;
    double length = playbook.observe().baseline().toSeconds();
    while (last.uptime() - first.uptime() < length) {
      last =
          observer
              .next(LATE)
              .orElseThrow(
                  () -> new GatewayLostException(order.name(), "the collector went silent"));
    }
    Baseline baseline = Baseline.between(first, last);
    Duration lease = leaseLength();
    Identifiers ids = order.identifiers();
    programs()
        .arm(
            new Lease(
                ids.rollout(),
                ids.attempt(),
                ids.epoch(),
                ids.nonceDigest(),
                lease,
                lease.multipliedBy(3)));
    programs().rehearse();
    return new Steps.Done<>(
        baseline,
        "%d active clients, %d idle; dead-man armed for %d s and rehearsed"
            .formatted(baseline.active().size(), baseline.idle(), lease.toSeconds()),
        Map.of("eligible", Integer.toString(baseline.active().size())));
  }

  private Duration leaseLength() {
    Playbook playbook = order.playbook();
    return playbook
        .lease()
        .apply()
        .plus(playbook.observe().window())
        .plus(playbook.lease().confirm());
  }

  private Steps.Done<ChangeStatus> apply(InPlace place) throws InterruptedException {
    programs().startChange(order.identifiers().rollout(), order.identifiers().attempt());
    ChangeStatus status =
        await(
            order.playbook().lease().apply().plus(LATE),
            s ->
                s.state() != State.ARMED
                    && s.state() != State.APPLYING
                    && s.state() != State.REVERTING);
    if (status.state() != State.APPLIED) {
      throw new GatewayRefusedException(order.name(), "apply", 1, status.reason());
    }
    double gap = between(status, "cut-begin", "cut-end");
    return new Steps.Done<>(
        status,
        place.change().activate() == Activation.RELOAD_MODULE
            ? "installed; interfaces were away for %.2f s".formatted(gap)
            : "installed",
        marks(status));
  }

  /** Asks until the gateway's answer satisfies, over new connections when the old one breaks. */
  private ChangeStatus await(Duration limit, Predicate<ChangeStatus> enough)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    String last = "no answer yet";
    while (System.nanoTime() < end) {
      try {
        ChangeStatus status = programs().changeStatus();
        if (enough.test(status)) {
          return status;
        }
        last = "still " + status.state().word();
      } catch (GatewayLostException | ProblemException unreachable) {
        last = String.valueOf(unreachable.getMessage());
      }
      Thread.sleep(POLL);
    }
    throw new GatewayLostException(order.name(), last);
  }

  /** A new connection proves what the old one cannot. Answers which module is on the disk now. */
  private Steps.Done<String> reachable() {
    try (Shell shell = connector.fresh(order.gateway().target())) {
      GatewayPrograms programs = new GatewayPrograms(shell);
      LeaseStatus status = programs.status();
      if (!status.rollout().equals(order.identifiers().rollout())
          || status.state() != State.APPLIED) {
        throw new GatewayRefusedException(
            order.name(),
            "reachable",
            1,
            "the gateway is in state %s of rollout %s"
                .formatted(status.state().word(), status.rollout()));
      }
      return Steps.Done.of(
          programs.facts(Set.of()).moduleOnDisk(),
          "a new connection was accepted; lease left %d s"
              .formatted(status.remaining().toSeconds()));
    }
  }

  private Sessions sessions(InPlace place) {
    return switch (place.change().activate()) {
      case NONE -> Sessions.KEPT;
      case RELOAD_MODULE -> place.change().kick() ? Sessions.LOST_AND_CALLED : Sessions.LOST;
    };
  }

  private Steps.Done<Verdict> observe(Observer observer, Watch watch) throws InterruptedException {
    Judge judge = new Judge(order.playbook().gates());
    Duration window = order.playbook().observe().window();
    long start = System.nanoTime();
    long lastWord = start + window.plus(LATE).toNanos();
    while (System.nanoTime() < lastWord) {
      Optional<Observation> seen = observer.next(Duration.ofSeconds(1));
      if (seen.isEmpty()) {
        continue;
      }
      watch.accept(seen.get());
      Tally tally = watch.tally();
      log.watched(order.name(), tally, leaseLength().minusNanos(System.nanoTime() - start));
      Optional<Verdict.Fail> early = judge.early(tally);
      if (early.isPresent()) {
        return verdict(early.get(), tally);
      }
      if (tally.seconds() >= window.toSeconds()) {
        return verdict(judge.end(tally), tally);
      }
    }
    return verdict(
        new Verdict.Inconclusive(
            List.of(
                "the gateway stopped telling before the window of %d s was over"
                    .formatted(window.toSeconds()))),
        watch.tally());
  }

  private static Steps.Done<Verdict> verdict(Verdict verdict, Tally tally) {
    return new Steps.Done<>(
        verdict,
        verdict.word() + ": " + String.join("; ", verdict.reasons()),
        Map.of(
            "back", Integer.toString(tally.count(PeerState.BACK)),
            "eligible", Integer.toString(tally.eligible()),
            "secondsAfterCut", "%.1f".formatted(tally.seconds()),
            "lastBackAfter", "%.1f".formatted(tally.lastBack())));
  }

  /**
   * Nothing was applied yet, so undoing leaves everything as it is; the lease would end that way
   * too.
   */
  private void disarm() {
    try {
      programs().revert(order.identifiers().epoch(), "not started");
    } catch (GatewayLostException | GatewayRefusedException | ProblemException late) {
      return;
    }
  }

  /** Gives the gateway time to wait for the verdict over its whole wave. */
  public void renew(Duration length) {
    try {
      programs().renew(order.identifiers().epoch(), length);
    } catch (GatewayLostException | GatewayRefusedException | ProblemException late) {
      // The lease then simply ends earlier, and the gateway reverts: safe, and confirm() will say
      // so.
      return;
    }
  }

  /**
   * Over a new connection, with the nonce; done only when the gateway says that it is confirmed.
   */
  public Ending confirm() {
    try {
      return steps.run(
          Step.CONFIRM,
          () -> {
            try (Shell shell = connector.fresh(order.gateway().target())) {
              GatewayPrograms programs = new GatewayPrograms(shell);
              programs.confirm(order.identifiers().epoch(), order.identifiers().nonce());
              LeaseStatus status = programs.status();
              if (status.state() != State.CONFIRMED) {
                throw new GatewayRefusedException(
                    order.name(), "confirm", 1, "the gateway says " + status.state().word());
              }
              return Steps.Done.of(Ending.CONFIRMED, "the gateway says confirmed");
            }
          });
    } catch (StepFailure failure) {
      return readBack();
    }
  }

  /**
   * Takes the change back, waits until the clients are back too, and says what was read back. Also
   * for a change that was confirmed in an earlier wave of the same rollout.
   */
  public Ending revert(String why) {
    try {
      return steps.run(Step.REVERT, () -> revertNow(why));
    } catch (StepFailure failure) {
      return readBack();
    }
  }

  private Steps.Done<Ending> revertNow(String why) throws InterruptedException {
    Optional<Observation> before = inPlace.flatMap(place -> place.observer().latest());
    try {
      programs().revert(order.identifiers().epoch(), why);
    } catch (GatewayLostException unseen) {
      // It may be at it, or do it when its lease ends: what counts is what it says afterwards.
    }
    ChangeStatus status =
        await(leaseLength(), s -> s.state() == State.REVERTED || s.state() == State.REVERT_FAILED);
    if (status.state() != State.REVERTED) {
      throw new GatewayRefusedException(order.name(), "revert", 1, status.reason());
    }
    return recovered(before, status);
  }

  private void settleAfterHostRevert(InPlace place) {
    try {
      steps.run(
          Step.REVERT,
          () -> {
            Optional<Observation> before = place.observer().latest();
            ChangeStatus status = await(leaseLength(), s -> s.state() == State.REVERTED);
            return recovered(before, status);
          });
    } catch (StepFailure failure) {
      // Said in the log; the ending is read back by whoever asks.
      return;
    }
  }

  /** The old module runs again; now the same clients that were active must come back to it. */
  private Steps.Done<Ending> recovered(Optional<Observation> before, ChangeStatus status)
      throws InterruptedException {
    Map<String, String> marks = marks(status);
    if (inPlace.isEmpty() || before.isEmpty()) {
      return new Steps.Done<>(Ending.REVERTED, "the gateway says reverted", marks);
    }
    InPlace place = inPlace.get();
    double cut = cut(status, "revert-cut-begin", "revert-begin");
    Watch watch =
        new Watch(
            place.baseline(),
            new Watch.Reference(before.get(), cut, sessions(place), place.before().moduleLoaded()));
    long end = System.nanoTime() + RECOVERY.toNanos();
    while (System.nanoTime() < end && !watch.tally().allBack()) {
      place.observer().next(Duration.ofSeconds(1)).ifPresent(watch::accept);
      log.watched(order.name(), watch.tally(), Duration.ZERO);
    }
    Tally tally = watch.tally();
    marks.put("back", Integer.toString(tally.count(PeerState.BACK)));
    marks.put("eligible", Integer.toString(tally.eligible()));
    marks.put("lastBackAfter", "%.1f".formatted(tally.lastBack()));
    String clients =
        "%d of %d clients back %.1f s after the old module was loaded"
            .formatted(tally.count(PeerState.BACK), tally.eligible(), tally.lastBack());
    if (!tally.violations().isEmpty()) {
      throw new GatewayRefusedException(
          order.name(), "revert", 1, String.join("; ", tally.violations()));
    }
    return new Steps.Done<>(Ending.REVERTED, "old state read back; " + clients, marks);
  }

  /** What the gateway itself says, after something went wrong. */
  public Ending readBack() {
    try (Shell shell = connector.fresh(order.gateway().target())) {
      LeaseStatus status = new GatewayPrograms(shell).status();
      if (!status.rollout().equals(order.identifiers().rollout())) {
        return Ending.UNCHANGED;
      }
      return switch (status.state()) {
        case CONFIRMED -> Ending.CONFIRMED;
        case REVERTED -> Ending.REVERTED;
        case NONE -> Ending.UNCHANGED;
        case ARMED, APPLYING, APPLIED, REVERTING, REVERT_FAILED -> Ending.UNKNOWN;
      };
    } catch (GatewayLostException | GatewayRefusedException | ProblemException unreachable) {
      return Ending.UNKNOWN;
    }
  }

  private GatewayPrograms programs() {
    return new GatewayPrograms(connector.shared(order.gateway().target()));
  }

  private String reason() {
    return "before rollout " + order.identifiers().rollout();
  }

  private static double cut(ChangeStatus status, String mark, String otherwise) {
    return status.mark(mark).or(() -> status.mark(otherwise)).orElse(0.0);
  }

  private static double between(ChangeStatus status, String from, String to) {
    return cut(status, to, to) - cut(status, from, from);
  }

  private static Map<String, String> marks(ChangeStatus status) {
    Map<String, String> facts = new LinkedHashMap<>();
    status.marks().forEach((name, uptime) -> facts.put(name, Double.toString(uptime)));
    return facts;
  }

  @Override
  public void close() {
    observing.ifPresent(Observer::close);
  }
}
