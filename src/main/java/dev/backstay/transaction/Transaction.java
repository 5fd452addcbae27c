package dev.backstay.transaction;

import dev.backstay.change.Config;
import dev.backstay.change.KernelSwitch;
import dev.backstay.change.Preflight;
import dev.backstay.change.Takeover;
import dev.backstay.gateway.ChangeStatus;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.gateway.LeaseStatus;
import dev.backstay.gateway.LeaseStatus.State;
import dev.backstay.gateway.Observation;
import dev.backstay.health.Baseline;
import dev.backstay.health.Baseline.InterfaceIdentity;
import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.health.Verdict;
import dev.backstay.health.Watch;
import dev.backstay.health.Watch.Sessions;
import dev.backstay.playbook.Activation;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import dev.backstay.transaction.Prepare.Armed;
import dev.backstay.transaction.Steps.Done;
import dev.backstay.wireguard.PublicKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One change of one gateway. {@link #attempt} goes up to the verdict and leaves the change under an
 * open lease; {@link #confirm} or {@link #revert} ends it. Who does neither has decided as well:
 * the gateway reverts when its lease is over. Used by one thread.
 */
public final class Transaction implements AutoCloseable {
  /** The gateway's own lease comes first; this is for its answer. */
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** Packages that WireGuard is made of, on one distribution or another. */
  private static final Set<String> WIREGUARD =
      Set.of("wireguard", "wireguard-tools", "wireguard-dkms", "wireguard-go");

  private static final String NO_TICKS =
      "the dead-man timer of the gateway does not tick, so nothing there would undo the change";

  private final Order order;
  private final StepLog log;
  private final Steps steps;
  private final GatewayLink link;
  private final Observer observer;
  private final Prepare prepare;
  private final WatchClients clients;
  private final GatherEvidence evidence;
  private Optional<Armed> armed = Optional.empty();
  private boolean failed;

  public Transaction(
      Order order, Connector connector, Snapshots snapshots, StepLog log, Time time) {
    this.order = order;
    this.log = log;
    this.steps = new Steps(order.name(), log);
    this.link = new GatewayLink(order, connector, time);
    this.observer =
        new Observer(
            link::shell, order.identifiers().rollout().replaceAll("[^A-Za-z0-9]", "_"), time);
    this.prepare = new Prepare(order, link, snapshots, preflight(order), observer);
    this.clients = new WatchClients(order, observer, log, time);
    this.evidence =
        new GatherEvidence(order, link, observer.lastLines(), snapshots.evidence(), log, time);
  }

  private static Preflight preflight(Order order) {
    return new Preflight(order.playbook(), order.restore().map(Restore::restoration));
  }

  /** Everything up to the verdict. Never throws for what happens on the gateway. */
  public Attempt attempt() {
    Attempt attempt = attemptNow();
    failed =
        switch (attempt) {
          case Attempt.NothingToDo nothing -> false;
          case Attempt.Judged(Verdict verdict) -> !(verdict instanceof Verdict.Pass);
          case Attempt.Stopped stopped -> true;
          case Attempt.Reverted reverted -> true;
          case Attempt.Unknown unknown -> true;
        };
    return attempt;
  }

  private Attempt attemptNow() {
    try {
      armed = prepare.run(steps);
      return armed.isPresent() ? applyAndJudge(armed.get()) : new Attempt.NothingToDo();
    } catch (StepFailure stopped) {
      if (stopped.step().compareTo(Step.APPLY) >= 0) {
        return new Attempt.Unknown(stopped.step(), stopped.why());
      }
      if (stopped.step() == Step.ARM) {
        disarm();
      }
      if (stopped.step().compareTo(Step.STAGE) >= 0) {
        evidence.begin(GatherEvidence.AT_FAILURE, armed);
      }
      return new Attempt.Stopped(stopped.step(), stopped.why());
    }
  }

  private Attempt applyAndJudge(Armed place) {
    Observation before = observer.latest().orElseThrow();
    Up up;
    try {
      ChangeStatus applied = steps.run(Step.APPLY, () -> apply(place));
      up =
          place.change().activate() == Activation.REBOOT
              ? steps.run(Step.REBOOT, () -> awaitRestart(place))
              : new Up(applied, place.before().bootId());
    } catch (StepFailure failure) {
      if (failure.result() != StepLog.Result.FAILED) {
        throw failure;
      }
      // The gateway has taken it back already: nothing waits for this look at it.
      evidence.begin(GatherEvidence.AFTER_REVERT, armed);
      settleAfterHostRevert(before);
      return new Attempt.Reverted(failure.why());
    }
    // However long the change took, the clients get their whole window.
    if (!renew(order.leaseAfterApply())) {
      revert(NO_TICKS);
      return new Attempt.Reverted(NO_TICKS);
    }
    String onDisk = steps.run(Step.REACHABLE, this::reachable);
    boolean reloaded = place.change().activate() == Activation.RELOAD_MODULE;
    Scene scene = scene(afterwards(place), before, up.boot());
    Watch watch =
        new Watch(
            scene.baseline(),
            new Watch.Reference(
                scene.before(),
                uptime(up.status(), "cut-begin", "install-begin"),
                uptime(up.status(), "cut-end", "install-begin"),
                sessions(place),
                reloaded ? onDisk : ""));
    Verdict verdict = steps.run(Step.OBSERVE, () -> clients.untilVerdict(watch));
    log.judged(order.name(), verdict, watch.tally());
    return new Attempt.Judged(verdict);
  }

  private Done<ChangeStatus> apply(Armed place) throws InterruptedException {
    link.programs().startChange(order.identifiers().rollout(), order.identifiers().attempt());
    ChangeStatus status =
        link.await(
            order.leaseLength().plus(ANSWER),
            s ->
                !(s.state() == State.ARMED
                    || s.state() == State.APPLYING
                    || s.state() == State.REVERTING));
    if (status.state() == State.REBOOTING) {
      return new Done<>(status, "installed; the gateway restarts", marks(status));
    }
    if (status.state() != State.APPLIED) {
      throw link.refused(Step.APPLY, status.reason());
    }
    boolean cut = status.mark("cut-begin").isPresent();
    double gap = uptime(status, "cut-end", "cut-end") - uptime(status, "cut-begin", "cut-begin");
    return new Done<>(
        status,
        cut ? "installed; interfaces were away for %.2f s".formatted(gap) : "installed",
        marks(status));
  }

  /** What was applied, and in which boot of the gateway. */
  private record Up(ChangeStatus status, String boot) {}

  /** What is compared with what. */
  private record Scene(Baseline baseline, Observation before) {}

  /** A restart that was ours: what was counted before it is gone, and any other one is not. */
  private Scene scene(Baseline baseline, Observation before, String boot) {
    if (boot.equals(baseline.boot())) {
      return new Scene(baseline, before);
    }
    observer.afterRestart();
    return new Scene(baseline.inBoot(boot), before.withoutCounts());
  }

  /** The kernel that was asked for, seen in another boot than before; no other restart will do. */
  private Done<Up> awaitRestart(Armed place) throws InterruptedException {
    ChangeStatus status =
        link.await(
            order.leaseLength().plus(ANSWER),
            s ->
                !(s.state() == State.APPLYING
                    || s.state() == State.REBOOTING
                    || s.state() == State.REVERTING));
    if (status.state() != State.APPLIED) {
      throw link.refused(Step.REBOOT, status.reason());
    }
    return link.overNewConnection(programs -> {
      Facts now = programs.facts(Set.of());
      String wanted =
          place.change().part(KernelSwitch.class).map(KernelSwitch::to).orElse(now.kernel());
      if (now.bootId().equals(place.before().bootId())) {
        throw link.refused(Step.REBOOT, "the gateway was not restarted");
      }
      if (!now.kernel().equals(wanted)) {
        throw link.refused(Step.REBOOT, "the kernel %s runs".formatted(now.kernel()));
      }
      return new Done<>(
          new Up(status, now.bootId()),
          "the kernel %s runs; interfaces were there %.1f s after its boot began"
              .formatted(now.kernel(), uptime(status, "cut-end", "cut-end")),
          marks(status));
    });
  }

  /** A new connection proves what the old one cannot. Answers which module is on the disk now. */
  private Done<String> reachable() {
    return link.overNewConnection(programs -> {
      LeaseStatus status = programs.status();
      boolean ours = status.rollout().equals(order.identifiers().rollout());
      if (!ours || status.state() != State.APPLIED) {
        throw link.refused(
            Step.REACHABLE,
            "the gateway is in state %s of rollout %s"
                .formatted(status.state().word(), status.rollout()));
      }
      long left = status.remaining().toSeconds();
      return new Done<>(
          programs.facts(Set.of()).moduleOnDisk(),
          "a new connection was accepted; lease left %d s".formatted(left),
          Map.of("leaseLeft", Long.toString(left)));
    });
  }

  /** Who is expected to be there when the change has been made on purpose. */
  private Baseline afterwards(Armed place) {
    Baseline expected =
        order
            .restore()
            .map(restore -> place.baseline().expecting(restore.expected()))
            .orElse(place.baseline());
    return place
        .change()
        .part(Config.class)
        .map(config -> expecting(config, expected))
        .orElse(expected);
  }

  private static Baseline expecting(Config config, Baseline baseline) {
    Map<String, InterfaceIdentity> wanted = new LinkedHashMap<>();
    Map<String, Set<PublicKey>> excused = new LinkedHashMap<>();
    config
        .edits()
        .forEach(edit -> {
          Config.After after = edit.after();
          wanted.put(
              edit.name(), new InterfaceIdentity(after.publicKey(), after.port(), after.peers()));
          excused.put(edit.name(), after.excused());
        });
    return baseline.expecting(wanted).excusing(excused);
  }

  private static Sessions sessions(Armed place) {
    if (place.change().part(Takeover.class).isPresent()) {
      return place.change().kick() ? Sessions.LOST_AND_CALLED : Sessions.LOST;
    }
    return switch (place.change().activate()) {
      case NONE ->
          place.change().part(Config.class).filter(Config::moves).isPresent()
              ? Sessions.MOVED
              : Sessions.KEPT;
      case RELOAD_MODULE, RESTART_INTERFACE, REBOOT ->
          place.change().kick() ? Sessions.LOST_AND_CALLED : Sessions.LOST;
    };
  }

  /** Nothing was applied yet, so undoing leaves all as it is; the lease would end that way too. */
  private void disarm() {
    try {
      revertOnGateway("not started");
    } catch (GatewayLostException | GatewayRefusedException | ProblemException late) {
      return;
    }
  }

  /**
   * Gives the gateway time to wait for the verdict over its whole wave.
   *
   * @return false when the gateway says that its dead-man timer does not tick: nobody but us would
   *     undo the change, so it must not stay
   */
  public boolean renew(Duration length) {
    try {
      Identifiers ids = order.identifiers();
      link.programs().renew(ids.epoch(), ids.rollout(), length);
      return true;
    } catch (GatewayRefusedException refused) {
      return refused.status() != GatewayPrograms.NO_TICKS;
    } catch (GatewayLostException | ProblemException late) {
      // The lease then ends earlier and the gateway reverts: safe, and confirm() will say so.
      return true;
    }
  }

  /**
   * Over a new connection, with the nonce; done only when the gateway says that it is confirmed.
   */
  public Ending confirm() {
    return ended(Step.CONFIRM, this::confirmNow);
  }

  /**
   * Takes the change back, waits until the clients are back too, and says what was read back. Also
   * for a change that was confirmed in an earlier wave of the same rollout.
   */
  public Ending revert(String why) {
    if (failed) {
      // Beside the revert, never before it: what is fleeting is gone when it is done.
      evidence.begin(GatherEvidence.AT_FAILURE, armed);
    }
    Ending ending = ended(Step.REVERT, () -> revertNow(why));
    if (failed || ending != Ending.REVERTED) {
      evidence.begin(GatherEvidence.AFTER_REVERT, armed);
    }
    return ending;
  }

  /**
   * Waits for what is being gathered of a gateway whose change failed, but not for ever. Everything
   * that is urgent comes first.
   */
  public void awaitEvidence() {
    evidence.await();
  }

  /** What the gateway itself says. */
  public Ending readBack() {
    return link.readBack();
  }

  private Ending ended(Step step, Steps.Work<Ending> work) {
    try {
      return steps.run(step, work);
    } catch (StepFailure failure) {
      return link.readBack();
    }
  }

  private Done<Ending> confirmNow() {
    return link.overNewConnection(programs -> {
      programs.confirm(order.identifiers().epoch(), order.identifiers().nonce());
      State state = programs.status().state();
      if (state != State.CONFIRMED) {
        throw link.refused(Step.CONFIRM, "the gateway says " + state.word());
      }
      observer.rest();
      return new Done<>(Ending.CONFIRMED, "the gateway says confirmed", fingerprint(programs));
    });
  }

  /** What is proved by this confirmation; nothing if the gateway does not tell. */
  private Map<String, String> fingerprint(GatewayPrograms programs) {
    Set<String> packages = new TreeSet<>(WIREGUARD);
    packages.addAll(order.playbook().change().packageNames());
    try {
      return programs.fingerprint(packages);
    } catch (GatewayLostException | GatewayRefusedException silent) {
      // It is confirmed all the same.
      return Map.of();
    }
  }

  private Done<Ending> revertNow(String why) throws InterruptedException {
    Optional<Observation> before = observer.again();
    try {
      revertOnGateway(why);
    } catch (GatewayLostException unseen) {
      // It may be at it, or do it when its lease ends: what counts is what it says afterwards.
    }
    return recovered(before);
  }

  private void revertOnGateway(String why) {
    Identifiers ids = order.identifiers();
    link.programs().revert(ids.epoch(), ids.rollout(), why);
  }

  /**
   * @param before the change: by now the clients may have come back already
   */
  private void settleAfterHostRevert(Observation before) {
    ended(Step.REVERT, () -> recovered(Optional.of(before)));
  }

  /** Waits for the gateway to say reverted, then for its clients. */
  private Done<Ending> recovered(Optional<Observation> before) throws InterruptedException {
    ChangeStatus status =
        link.await(
            order.leaseLength(),
            s -> s.state() == State.REVERTED || s.state() == State.REVERT_FAILED);
    if (status.state() != State.REVERTED) {
      throw link.refused(Step.REVERT, status.reason());
    }
    if (armed.isEmpty() || before.isEmpty()) {
      return new Done<>(Ending.REVERTED, "the gateway says reverted", marks(status));
    }
    Armed place = armed.get();
    Scene scene = scene(place.baseline(), before.get(), bootNow(place));
    Watch.Reference reference =
        new Watch.Reference(
            scene.before(),
            uptime(status, "revert-cut-begin", "revert-begin"),
            uptime(status, "revert-cut-end", "revert-begin"),
            sessions(place),
            place.before().moduleLoaded());
    Tally tally = clients.untilBack(new Watch(scene.baseline(), reference));
    if (!tally.violations().isEmpty()) {
      throw link.refused(Step.REVERT, String.join("; ", tally.violations()));
    }
    return new Done<>(
        Ending.REVERTED,
        "old state read back; %d of %d clients back within %.1f s"
            .formatted(tally.count(PeerState.BACK), tally.eligible(), tally.lastBack()),
        WatchClients.with(marks(status), tally));
  }

  /** A change of the kernel is undone by a restart; any other restart is not ours. */
  private String bootNow(Armed place) {
    return place.change().activate() == Activation.REBOOT
        ? link.overNewConnection(programs -> programs.facts(Set.of()).bootId())
        : place.baseline().boot();
  }

  private static double uptime(ChangeStatus status, String mark, String otherwise) {
    return status.mark(mark).or(() -> status.mark(otherwise)).orElse(0.0);
  }

  private static Map<String, String> marks(ChangeStatus status) {
    Map<String, String> facts = new LinkedHashMap<>();
    status.marks().forEach((name, second) -> facts.put(name, Double.toString(second)));
    return facts;
  }

  @Override
  public void close() {
    observer.close();
  }
}
