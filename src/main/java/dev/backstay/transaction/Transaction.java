package dev.backstay.transaction;

import dev.backstay.change.Diversion;
import dev.backstay.change.KernelSwitch;
import dev.backstay.change.Preflight;
import dev.backstay.gateway.ChangeStatus;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.gateway.LeaseStatus;
import dev.backstay.gateway.LeaseStatus.State;
import dev.backstay.gateway.Observation;
import dev.backstay.health.Baseline;
import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.health.Verdict;
import dev.backstay.health.Watch;
import dev.backstay.health.Watch.Sessions;
import dev.backstay.playbook.Activation;
import dev.backstay.playbook.Traffic;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Deadline;
import dev.backstay.time.Time;
import dev.backstay.transaction.Prepare.Armed;
import dev.backstay.transaction.Steps.Done;
import dev.backstay.wireguard.Timing;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

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

  private static final Duration AGAIN = Duration.ofSeconds(2);

  private static final String UNTOUCHED = "the gateway was not changed";
  private static final String OLD_STATE = "the gateway is in its old state";
  private static final String NO_TICKS =
      "the dead-man timer of the gateway does not tick, so nothing there would undo the change";

  private final Order order;
  private final StepLog log;
  private final Steps steps;
  private final GatewayLink link;
  private final Observer observer;
  private final Time time;
  private final Prepare prepare;
  private final WatchClients clients;
  private final ControlWatch beside;
  private final ProbeWatch probing;
  private final GatherEvidence evidence;
  private final Optional<Detour> detour;
  private final Optional<Handover> handover;
  private Optional<Keep> keep = Optional.empty();
  private boolean failed;
  private boolean away;
  private Optional<Before> remembered = Optional.empty();
  private Optional<Watch> watching = Optional.empty();
  private ControlWatch.View others = ControlWatch.OF_NOBODY.from();

  /**
   * @param brake looked at between steps and while clients are watched
   * @param beside gateways that are not changed meanwhile, to be compared with
   * @param probes of this gateway and of others; their peers are no clients
   */
  public Transaction(
      Order order,
      Connector connector,
      Snapshots snapshots,
      StepLog log,
      Brake brake,
      ControlWatch beside,
      Probes probes,
      Time time) {
    this.order = order;
    this.beside = beside;
    this.log = log;
    this.steps = new Steps(order.name(), log, brake, time);
    this.link = new GatewayLink(order, connector, time);
    this.observer = new Observer(link::shell, collector(order.identifiers()), time);
    this.time = time;
    this.probing = new ProbeWatch(order, probes, time);
    this.detour =
        order
            .drain()
            .map(traffic ->
                new Detour(
                    order,
                    new Diversion.Of(order.gateway(), Optional.empty()),
                    traffic,
                    connector,
                    snapshots,
                    time));
    this.handover =
        order
            .takeover()
            .map(of ->
                new Handover(order, of, connector, snapshots, log, brake, probing, probes, time));
    this.prepare =
        new Prepare(
            order, link, snapshots, preflight(order), observer, detour, handover, probing, probes);
    this.clients = new WatchClients(order, observer, log, brake, probing, time);
    this.evidence =
        new GatherEvidence(order, link, observer.lastLines(), snapshots.evidence(), log, time);
  }

  /** The one of a controller that is dead may end later than ours begins. */
  private static String collector(Identifiers ids) {
    return "%s_%d".formatted(ids.rollout(), ids.epoch());
  }

  private static Preflight preflight(Order order) {
    return new Preflight(order.playbook(), order.restore().map(Restore::restoration));
  }

  /** Everything up to the verdict. Never throws for what happens on the gateway. */
  public Attempt attempt() {
    return upToVerdict(() -> {
      Optional<Armed> armed = prepare.run(steps);
      return armed.isPresent() ? applyAndJudge(armed.get()) : new Attempt.NothingToDo();
    });
  }

  private Attempt upToVerdict(Supplier<Attempt> work) {
    Attempt attempt = orFailure(work);
    probing.close();
    failed =
        switch (attempt) {
          case Attempt.NothingToDo nothing -> false;
          case Attempt.Judged(Verdict verdict) -> !(verdict instanceof Verdict.Pass);
          case Attempt.Stopped stopped -> {
            bringBack(UNTOUCHED);
            yield true;
          }
          case Attempt.Reverted reverted -> {
            bringBack(OLD_STATE);
            yield true;
          }
          case Attempt.Unknown unknown -> {
            if (handover.isPresent()) {
              bringBack("nobody knows how the new gateway is");
            }
            yield true;
          }
        };
    return attempt;
  }

  private Attempt orFailure(Supplier<Attempt> work) {
    try {
      return work.get();
    } catch (StepFailure stopped) {
      if (stopped.step().compareTo(Step.APPLY) >= 0) {
        return new Attempt.Unknown(stopped.step(), stopped.why());
      }
      if (stopped.step() == Step.ARM || stopped.step() == Step.DRAIN) {
        disarm();
      }
      if (stopped.step().compareTo(Step.STAGE) >= 0) {
        gather(GatherEvidence.AT_FAILURE);
      }
      return new Attempt.Stopped(stopped.step(), stopped.why());
    }
  }

  private void gather(String take) {
    evidence.begin(take, remembered.map(Before::kernel).orElse("unknown"));
  }

  private Attempt applyAndJudge(Armed place) {
    Before seen = Before.of(order, place, observer.latest().orElseThrow());
    remember(seen);
    log.remembered(order.name(), seen);
    if (detour.isPresent()) {
      steps.runUnlessStopped(Step.DRAIN, this::drain);
    }
    Before before = seen;
    ChangeStatus applied;
    others = beside.from();
    probing.start(seen.expected());
    try {
      applied = steps.runUnlessStopped(Step.APPLY, this::apply);
      if (restarts()) {
        Up up = steps.run(Step.REBOOT, () -> awaitRestart(place));
        applied = up.status();
        // What was counted before a restart that was ours is gone, and any other restart is not
        // ours.
        before = seen.inBoot(up.boot());
        remember(before);
        observer.afterRestart();
      }
    } catch (StepFailure failure) {
      if (failure.result() != StepLog.Result.FAILED) {
        throw failure;
      }
      return afterFailedApply(failure, before);
    }
    // However long the change took, the clients get their whole window.
    if (!renew(order.leaseAfterApply())) {
      revert(NO_TICKS);
      return new Attempt.Reverted(NO_TICKS);
    }
    return judge(applied, before, uptime(applied, "cut-begin", "install-begin"));
  }

  /** It was not begun, or the gateway has taken it back: that is asked, not supposed. */
  private Attempt afterFailedApply(StepFailure failure, Before before) {
    if (askState().filter(state -> state == State.ARMED).isPresent()) {
      disarm();
      return new Attempt.Stopped(failure.step(), failure.why());
    }
    // The gateway has taken it back already: nothing waits for this look at it.
    gather(GatherEvidence.AFTER_REVERT);
    ended(Step.REVERT, () -> recovered(Optional.of(before.last())));
    return new Attempt.Reverted(failure.why());
  }

  private Optional<State> askState() {
    try {
      return Optional.of(link.programs().status().state());
    } catch (GatewayLostException | GatewayRefusedException | ProblemException unreachable) {
      return Optional.empty();
    }
  }

  /**
   * @param from uptime in seconds from which the window counts
   */
  private Attempt judge(ChangeStatus applied, Before before, double from) {
    String onDisk = steps.run(Step.REACHABLE, this::reachable);
    Since since = Since.of(applied, from);
    if (handover.isPresent()) {
      try {
        Since change = since;
        since = steps.runUnlessStopped(Step.SWITCH, () -> switchOver(change));
      } catch (StepFailure failure) {
        return new Attempt.Judged(
            new Verdict.Inconclusive(List.of("the clients were not taken over: " + failure.why())));
      }
    } else if (away) {
      try {
        since = steps.run(Step.RETURN, this::comeBack);
      } catch (StepFailure failure) {
        return new Attempt.Judged(
            new Verdict.Inconclusive(List.of("its clients are not back: " + failure.why())));
      }
      // However long that took, they get their whole window.
      if (!renew(order.leaseAfterApply())) {
        revert(NO_TICKS);
        return new Attempt.Reverted(NO_TICKS);
      }
    } else if (detour.isPresent()) {
      // When they came back, nobody knows any more; nobody can be late before now.
      since = new Since(since.cut(), Math.max(since.ready(), from), from);
    }
    return judge(onDisk, before, since, answersFrom(applied));
  }

  /** Uptime from which WireGuard has to answer as the change wants it. */
  private double answersFrom(ChangeStatus applied) {
    boolean settings = !order.playbook().change().config().isEmpty();
    return uptime(applied, settings ? "apply-end" : "cut-end", "apply-end");
  }

  /**
   * From when on clients are judged, in seconds of the gateway's uptime.
   *
   * @param cut nothing that happened before counts
   * @param ready nobody can be late before
   * @param from which the window counts
   */
  private record Since(double cut, double ready, double from) {
    static Since of(ChangeStatus applied, double from) {
      return new Since(
          uptime(applied, "cut-begin", "install-begin"),
          uptime(applied, "cut-end", "install-begin"),
          from);
    }
  }

  private Attempt judge(String onDisk, Before before, Since since, double answers) {
    boolean reloaded = order.playbook().change().activate() == Activation.RELOAD_MODULE;
    Watch watch =
        new Watch(
            before.expected(),
            new Watch.Reference(
                before.last(),
                since.cut(),
                since.ready(),
                before.sessions(),
                reloaded ? onDisk : ""));
    watching = Optional.of(watch);
    probing.start(before.expected());
    Verdict verdict =
        steps.run(Step.OBSERVE, () -> clients.untilVerdict(watch, since.from(), answers, others));
    Verdict told = withTroubles(verdict);
    log.judged(order.name(), told, watch.tally());
    return new Attempt.Judged(told);
  }

  /** Somebody may have met the reason before. */
  private Verdict withTroubles(Verdict verdict) {
    List<String> known = order.troubles().stream().map("known: "::concat).toList();
    return switch (verdict) {
      case Verdict.Pass pass -> pass;
      case Verdict.Fail fail -> new Verdict.Fail(both(fail.reasons(), known), fail.evidence());
      case Verdict.Inconclusive doubt ->
          new Verdict.Inconclusive(both(doubt.reasons(), known), doubt.evidence());
    };
  }

  private static List<String> both(List<String> first, List<String> then) {
    return Stream.concat(first.stream(), then.stream()).toList();
  }

  /** What is known of the time before the change, when another controller made it. */
  public void remember(Before before) {
    remembered = Optional.of(before);
  }

  /** What became of a gateway that an earlier controller left in the middle. */
  public sealed interface Resumed {
    /** Nothing is changed there, and its turn comes again. */
    record Again() implements Resumed {}

    /** The gateway had confirmed. */
    record Confirmed() implements Resumed {}

    /** It has come as far as an attempt comes. */
    record Up(Attempt attempt) implements Resumed {}
  }

  /**
   * Goes on with what an earlier controller of the same rollout began: asks the gateway, never
   * repeats what may have been done. Never throws for what happens on the gateway.
   *
   * @param meantToConfirm whether that controller had begun to confirm
   */
  public Resumed resume(boolean meantToConfirm) {
    try {
      Optional<Probe> probe = steps.run(Step.PROBE, this::probe);
      return probe
          .<Resumed>map(found -> takeOver(found, meantToConfirm))
          .orElseGet(
              () -> new Resumed.Up(new Attempt.Unknown(Step.PROBE, "the gateway does not answer")));
    } catch (StepFailure failure) {
      return new Resumed.Up(new Attempt.Unknown(failure.step(), failure.why()));
    }
  }

  /**
   * @param boot id of the boot it is in
   */
  private record Probe(LeaseStatus status, String boot) {
    String says() {
      return status.rollout().isEmpty()
          ? "no lease"
          : "%s, of rollout %s".formatted(status.state().word(), status.rollout());
    }
  }

  private Done<Optional<Probe>> probe() throws InterruptedException {
    Optional<Probe> found =
        link.untilAnswer(
            order.leaseLength().plus(ANSWER),
            programs -> new Probe(programs.status(), programs.facts(Set.of()).bootId()));
    return Done.of(
        found,
        found
            .map(probe -> "the gateway says: " + probe.says())
            .orElse("the gateway does not answer"));
  }

  private Resumed takeOver(Probe found, boolean meantToConfirm) {
    boolean rebooted =
        !restarts()
            && remembered.map(before -> !found.boot().equals(before.last().boot())).orElse(false);
    Resumption decision =
        Resumption.decide(
            meantToConfirm,
            remembered.isPresent(),
            found.status(),
            order.identifiers().rollout(),
            rebooted);
    boolean anew = decision == Resumption.AGAIN || decision == Resumption.DISARM;
    if (anew && !bringBack(UNTOUCHED)) {
      return new Resumed.Up(new Attempt.Unknown(Step.RETURN, "its clients are not back"));
    }
    log.probed(order.name(), found.says(), decision);
    return switch (decision) {
      case AGAIN -> new Resumed.Again();
      case DISARM -> {
        disarm();
        yield new Resumed.Again();
      }
      case CONFIRMED -> new Resumed.Confirmed();
      case WATCH -> new Resumed.Up(upToVerdict(() -> watchAnew(remembered.orElseThrow())));
      case TAKE_BACK ->
          new Resumed.Up(
              new Attempt.Judged(
                  new Verdict.Fail(
                      List.of(
                          rebooted
                              ? "the gateway was started anew while nobody looked"
                              : "what was before the change is not known"))));
      case REVERTED -> {
        if (handover.isPresent()) {
          bringBack(OLD_STATE);
        }
        ended(Step.REVERT, () -> recovered(Optional.empty()));
        bringBack(OLD_STATE);
        yield new Resumed.Up(new Attempt.Reverted(found.status().reason()));
      }
      case PERSON ->
          new Resumed.Up(new Attempt.Unknown(Step.PROBE, "the gateway is " + found.says()));
    };
  }

  /** The lease is taken over first: what the old controller knew died with it. */
  private Attempt watchAnew(Before before) {
    Identifiers ids = order.identifiers();
    others = beside.from();
    TakenOver taken;
    try {
      taken = steps.run(Step.TAKE_OVER, () -> takeOver(ids, before));
    } catch (StepFailure failure) {
      if (failure.result() != StepLog.Result.FAILED) {
        throw failure;
      }
      if (askState().filter(Transaction::isOpen).isPresent()) {
        // Refused while the change is in place, as by a gateway whose timer does not tick.
        revert(failure.why());
      } else {
        ended(Step.REVERT, () -> recovered(Optional.empty()));
      }
      return new Attempt.Reverted(failure.why());
    }
    Before known = before;
    if (restarts()) {
      // The gateway allows the one restart that is part of the change, and takes back after more.
      known = before.inBoot(taken.boot());
      remember(known);
    }
    return judge(taken.applied(), known, taken.uptime());
  }

  private static boolean isOpen(State state) {
    return switch (state) {
      case ARMED, APPLYING, REBOOTING, APPLIED -> true;
      case NONE, CONFIRMED, REVERTING, REVERTED, REVERT_FAILED -> false;
    };
  }

  /** Whether a restart is part of the change. */
  private boolean restarts() {
    return order.playbook().change().activate() == Activation.REBOOT;
  }

  private record TakenOver(ChangeStatus applied, double uptime, String boot) {}

  private Done<TakenOver> takeOver(Identifiers ids, Before before) throws InterruptedException {
    link.programs()
        .takeOver(ids.epoch(), ids.rollout(), order.leaseAfterApply(), ids.nonceDigest());
    ChangeStatus applied = untilUp();
    // However long that took, the clients get their whole window.
    link.programs().renew(ids.epoch(), ids.rollout(), order.leaseAfterApply());
    observer.start(List.copyOf(before.baseline().interfaces().keySet()));
    Facts now = link.programs().facts(Set.of());
    probing.knows(now);
    return Done.of(
        new TakenOver(applied, now.uptime(), now.bootId()), "the lease is this controller's");
  }

  /**
   * Whether it got worse since the verdict: for a gateway that was confirmed while the rollout
   * waits for somebody. Nothing if all is well.
   */
  public Optional<Verdict.Fail> worse() {
    return watching.flatMap(clients::worse);
  }

  private Done<ChangeStatus> apply() throws InterruptedException {
    link.programs().startChange(order.identifiers().rollout(), order.identifiers().attempt());
    ChangeStatus status = untilApplied();
    if (status.state() == State.REBOOTING) {
      return new Done<>(status, "installed; the gateway restarts", marks(status));
    }
    boolean cut = status.mark("cut-begin").isPresent();
    double gap = uptime(status, "cut-end", "cut-end") - uptime(status, "cut-begin", "cut-begin");
    return new Done<>(
        status,
        cut ? "installed; interfaces were away for %.2f s".formatted(gap) : "installed",
        marks(status));
  }

  /** In place, after its restart if it has one. */
  private ChangeStatus untilUp() throws InterruptedException {
    ChangeStatus status =
        link.await(
            order.leaseLength().plus(ANSWER),
            s ->
                !(s.state() == State.ARMED
                    || s.state() == State.APPLYING
                    || s.state() == State.REBOOTING
                    || s.state() == State.REVERTING));
    if (status.state() != State.APPLIED) {
      throw link.refused(Step.TAKE_OVER, status.reason());
    }
    return status;
  }

  private ChangeStatus untilApplied() throws InterruptedException {
    ChangeStatus status =
        link.await(
            order.leaseLength().plus(ANSWER),
            s ->
                !(s.state() == State.ARMED
                    || s.state() == State.APPLYING
                    || s.state() == State.REVERTING));
    if (status.state() != State.APPLIED && status.state() != State.REBOOTING) {
      throw link.refused(Step.APPLY, status.reason());
    }
    return status;
  }

  /** What was applied, and in which boot of the gateway. */
  private record Up(ChangeStatus status, String boot) {}

  /** The kernel that was asked for, seen in another boot than before; no other restart will do. */
  private Done<Up> awaitRestart(Armed place) throws InterruptedException {
    Deadline end = time.in(order.leaseLength().plus(ANSWER));
    while (true) {
      ChangeStatus status =
          link.await(
              end.left(),
              s ->
                  !(s.state() == State.APPLYING
                      || s.state() == State.REBOOTING
                      || s.state() == State.REVERTING));
      if (status.state() != State.APPLIED) {
        throw link.refused(Step.REBOOT, status.reason());
      }
      try {
        return link.overNewConnection(programs -> restarted(place, status, programs));
      } catch (GatewayLostException unseen) {
        // Busy with its boot, or down again: what it says next tells which.
        if (end.isOver()) {
          throw unseen;
        }
        time.sleep(AGAIN);
      }
    }
  }

  private Done<Up> restarted(Armed place, ChangeStatus status, GatewayPrograms programs) {
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
    if (handover.isPresent()) {
      return confirmTakeover();
    }
    return ended(Step.CONFIRM, this::confirmNow);
  }

  /**
   * Takes the change back, waits until the clients are back too, and says what was read back. Also
   * for a change that was confirmed in an earlier wave of the same rollout.
   */
  public Ending revert(String why) {
    if (handover.isPresent() && !bringBack(why)) {
      // Nothing is taken back under clients. The traffic hosts bring them back by themselves, and
      // the
      // gateway, unless it was confirmed, after that.
      return Ending.UNKNOWN;
    }
    if (failed) {
      // Beside the revert, never before it: what is fleeting is gone when it is done.
      gather(GatherEvidence.AT_FAILURE);
    }
    Ending ending = ended(Step.REVERT, () -> revertNow(why));
    if (ending != Ending.UNKNOWN) {
      bringBack(OLD_STATE);
    }
    if (failed || ending != Ending.REVERTED) {
      gather(GatherEvidence.AFTER_REVERT);
    }
    return ending;
  }

  /**
   * As {@link #revert}, for a gateway whose clients are well off with the change: they are sent
   * elsewhere first, where that is possible.
   */
  public Ending takeBack(String why) {
    if (detour.isPresent() && !away) {
      Detour way = detour.get();
      way.forTheWayBack();
      try {
        steps.run(Step.TRAFFIC, way::ready);
        steps.run(Step.DRAIN, this::drain);
      } catch (StepFailure stay) {
        // It has been told. A way back waits for nothing.
        return revert(why);
      }
    }
    return revert(why);
  }

  // --- the clients are elsewhere meanwhile -----------------------------------------------------

  /** An earlier controller of this rollout had begun to send the clients away. */
  public void clientsMayBeAway() {
    away = detour.isPresent() || handover.isPresent();
  }

  /** Not over before nothing is heard of them any more: what is reported is what was seen. */
  private Done<String> drain() throws InterruptedException {
    Detour way = detour.orElseThrow();
    away = true;
    String done = way.divert();
    List<String> interfaces =
        remembered
            .map(known -> List.copyOf(known.baseline().interfaces().keySet()))
            .orElse(List.of());
    observer.again(interfaces);
    double since = link.programs().facts(Set.of()).uptime();
    String left =
        clients.untilGone(
            remembered.map(known -> known.baseline().active()).orElse(List.of()),
            since,
            way.settle());
    return Done.of(done, left + "; " + done);
  }

  /**
   * The clients of the old gateway come to this one, and are called. The traffic hosts bring them
   * back by themselves before this gateway takes its own change back.
   *
   * @param change when it was made, since when nobody can have been here before
   */
  private Done<Since> switchOver(Since change) throws InterruptedException {
    Handover to = handover.orElseThrow();
    Baseline expected = remembered.orElseThrow().expected();
    Optional<String> notReady = to.notReady(expected);
    if (notReady.isPresent()) {
      throw link.refused(Step.SWITCH, notReady.get());
    }
    if (!renew(order.leaseAfterApply())) {
      throw link.refused(Step.SWITCH, NO_TICKS);
    }
    Duration lease = onTrial();
    if (!lease.isPositive()) {
      throw link.refused(Step.SWITCH, "the lease of the gateway is too short by now");
    }
    // An earlier controller may have sent them, and nobody knows any more when they came.
    double cut = away ? change.cut() : link.programs().facts(Set.of()).uptime();
    away = true;
    String done = to.switchOver(lease);
    boolean called = call();
    double now = link.programs().facts(Set.of()).uptime();
    double ready = called ? now : now + Timing.ASKS_ANEW_AFTER.toSeconds();
    String left = to.untilGone(expected);
    return Done.of(
        new Since(cut, ready, now),
        "%s on %s; %s%s".formatted(left, to.oldName(), done, called ? "; they were called" : ""));
  }

  /** The clients come back to the change that is in place, and are called. */
  private Done<Since> comeBack() throws InterruptedException {
    double cut = link.programs().facts(Set.of()).uptime();
    detour.orElseThrow().bringBack("the change is in place");
    away = false;
    boolean called = call();
    double now = link.programs().facts(Set.of()).uptime();
    double ready = called ? now : now + Timing.ASKS_ANEW_AFTER.toSeconds();
    return Done.of(
        new Since(cut, ready, now), "the clients are back" + (called ? ", and were called" : ""));
  }

  /**
   * Brings the clients back onto a gateway that is as it was before, if they may be away.
   *
   * @return whether they are back, as the traffic hosts have verified
   */
  public boolean bringBack(String why) {
    if (!away) {
      return true;
    }
    try {
      steps.run(
          Step.RETURN,
          () -> {
            if (handover.isPresent()) {
              String back = handover.get().bringBack(why);
              away = false;
              return Done.of("", back);
            }
            detour.orElseThrow().bringBack(why);
            away = false;
            call();
            return Done.of("", "the clients are back");
          });
      return true;
    } catch (StepFailure failure) {
      return false;
    }
  }

  /** Without it they come back by themselves, only later. */
  private boolean call() {
    List<String> peers =
        remembered.map(known -> known.baseline().active()).orElse(List.of()).stream()
            .map(peer ->
                peer.network()
                    + "\t"
                    + peer.key().base64()
                    + (handover.isPresent() ? "\t" + peer.endpoint() : ""))
            .toList();
    if (!order.playbook().observe().kick() || peers.isEmpty()) {
      return true;
    }
    try {
      link.programs().call(peers);
      return true;
    } catch (GatewayLostException | GatewayRefusedException | ProblemException silent) {
      return false;
    }
  }

  // --- clients that were taken over ------------------------------------------------------------

  /** Whoever has clients of another one and cannot be confirmed gives them back first. */
  private Ending confirmTakeover() {
    try {
      steps.run(
          Step.CONFIRM,
          () -> {
            holdOn();
            Done<Ending> confirmed = confirmNow();
            // From now on they stay for longer, if this controller should die before its next look.
            handover
                .orElseThrow()
                .detour()
                .hold(order.takeover().orElseThrow().rules().unwatched());
            return confirmed;
          });
      return Ending.CONFIRMED;
    } catch (StepFailure failure) {
      failed = true;
      return revert(failure.why());
    }
  }

  /**
   * However long its wave took, there is time for a confirmation. First this gateway gets it, then
   * the traffic hosts, so that it never takes anything back under clients.
   */
  private void holdOn() throws InterruptedException {
    Deadline end = time.in(order.playbook().lease().confirm());
    while (true) {
      try {
        Identifiers ids = order.identifiers();
        link.programs().renew(ids.epoch(), ids.rollout(), order.leaseAfterApply());
        break;
      } catch (GatewayLostException | ProblemException unseen) {
        if (end.isOver()) {
          throw unseen;
        }
        time.sleep(AGAIN);
      }
    }
    Duration length = onTrial();
    if (length.isPositive()
        && handover.orElseThrow().detour().hold(length)
            instanceof TrafficHost.Held.No(String why)) {
      throw link.refused(Step.CONFIRM, why);
    }
  }

  /**
   * How long the traffic hosts may leave the clients here without a verdict: no longer than this
   * gateway's own lease has left, which comes to its longest when it was renewed often.
   */
  private Duration onTrial() {
    Traffic traffic = order.takeover().orElseThrow().traffic();
    Duration own = link.programs().status().remaining();
    Duration most = own.minus(traffic.longest()).minus(traffic.back());
    Duration trial = Order.onTrialAtMost(order.playbook(), traffic);
    return most.compareTo(trial) < 0 ? most : trial;
  }

  /**
   * One look at them; takes a second, or a few.
   *
   * @param rest until the old gateway is let go
   */
  public Kept keep(Duration rest) throws InterruptedException {
    if (keep.isEmpty()) {
      keep =
          Optional.of(
              new Keep(
                  order.takeover().orElseThrow(),
                  remembered.orElseThrow().expected(),
                  order.playbook().gates(),
                  observer,
                  handover.orElseThrow(),
                  time));
    }
    return keep.get().look(rest);
  }

  /**
   * The old gateway need not be ready any more: the clients stay.
   *
   * @return confirmed; reverted if the traffic hosts have brought them back meanwhile; unknown if
   *     they did not answer for as long as they would leave them
   */
  public Ending release() {
    try {
      steps.run(Step.RELEASE, this::releaseNow);
      away = false;
      return Ending.CONFIRMED;
    } catch (StepFailure failure) {
      return failure.result() == StepLog.Result.FAILED ? Ending.REVERTED : Ending.UNKNOWN;
    }
  }

  private Done<String> releaseNow() throws InterruptedException {
    Detour hosts = handover.orElseThrow().detour();
    Duration unwatched = order.takeover().orElseThrow().rules().unwatched();
    Deadline end = time.in(unwatched.plus(ANSWER));
    while (true) {
      String silent =
          switch (hosts.hold(unwatched)) {
            case TrafficHost.Held.No(String why) -> throw link.refused(Step.RELEASE, why);
            case TrafficHost.Held.Silent(String why) -> why;
            case TrafficHost.Held.Yes yes -> "";
          };
      try {
        if (silent.isEmpty()) {
          return Done.of(
              "",
              "%s: confirmed; %s is let go".formatted(hosts.release(), handover.get().oldName()));
        }
      } catch (GatewayLostException | ProblemException unseen) {
        silent = String.valueOf(unseen.getMessage());
      }
      if (end.isOver()) {
        throw link.lost(silent);
      }
      time.sleep(AGAIN);
    }
  }

  /**
   * Waits for what is being gathered of a gateway whose change failed, but not for ever. Everything
   * that is urgent comes first.
   */
  public void awaitEvidence() {
    evidence.await();
  }

  /** What the gateway itself says; waited for as long as its lease may last. */
  public Ending readBack() {
    return readBack(time.in(order.leaseLength()));
  }

  /**
   * @param leaseEnd when its lease is over at the latest
   */
  private Ending readBack(Deadline leaseEnd) {
    Duration left = leaseEnd.isOver() ? Duration.ZERO : leaseEnd.left();
    try {
      return link.readBack(left.plus(ANSWER));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Ending.UNKNOWN;
    }
  }

  private Ending ended(Step step, Steps.Work<Ending> work) {
    Deadline leaseEnd = time.in(order.leaseLength());
    try {
      return steps.run(step, work);
    } catch (StepFailure failure) {
      return readBack(leaseEnd);
    }
  }

  /** A lost answer is asked for again: confirming twice is confirming once. */
  private Done<Ending> confirmNow() throws InterruptedException {
    Deadline end = time.in(order.playbook().lease().confirm());
    while (true) {
      try {
        return link.overNewConnection(this::confirmOver);
      } catch (GatewayLostException | ProblemException unseen) {
        if (end.isOver()) {
          throw unseen;
        }
        time.sleep(AGAIN);
      }
    }
  }

  private Done<Ending> confirmOver(GatewayPrograms programs) {
    programs.confirm(order.identifiers().epoch(), order.identifiers().nonce());
    State state = programs.status().state();
    if (state != State.CONFIRMED) {
      throw link.refused(Step.CONFIRM, "the gateway says " + state.word());
    }
    return new Done<>(Ending.CONFIRMED, "the gateway says confirmed", fingerprint(programs));
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
    Optional<Observation> before =
        observer.again(
            remembered
                .map(known -> List.copyOf(known.baseline().interfaces().keySet()))
                .orElse(List.of()));
    untilTaken(why);
    return recovered(before);
  }

  /**
   * A lost order is given again: taking back twice is taking back once, and a change that was
   * confirmed is taken back by nobody else.
   */
  private void untilTaken(String why) throws InterruptedException {
    Deadline end = time.in(order.leaseLength());
    while (true) {
      try {
        revertOnGateway(why);
        return;
      } catch (GatewayLostException lost) {
        if (end.isOver()) {
          throw lost;
        }
      } catch (ProblemException unreachable) {
        if (end.isOver()) {
          throw link.lost(unreachable.problems().getFirst().what());
        }
      }
      time.sleep(AGAIN);
    }
  }

  private void revertOnGateway(String why) {
    Identifiers ids = order.identifiers();
    link.programs().revert(ids.epoch(), ids.rollout(), why);
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
    if (detour.isPresent() && !away) {
      call();
    }
    if (handover.isPresent()) {
      String heard =
          remembered.isPresent() ? handover.get().whoIsBack(remembered.get().expected()) : "";
      return new Done<>(Ending.REVERTED, "the gateway says reverted" + heard, marks(status));
    }
    if (remembered.isEmpty() || before.isEmpty() || away) {
      return new Done<>(Ending.REVERTED, "the gateway says reverted", marks(status));
    }
    Before known = remembered.get();
    String boot = bootNow();
    boolean restarted = !boot.equals(known.baseline().boot());
    if (restarted) {
      known = known.inBoot(boot);
      observer.afterRestart();
    }
    Optional<Double> cut = status.mark("revert-cut-begin");
    if (!restarted && cut.isEmpty()) {
      // No interface went away on the way back, and so none had on the way there.
      known = known.withSessionsKept();
    }
    double from = cut.orElse(restarted ? 0.0 : uptime(status, "revert-begin", "revert-begin"));
    Watch.Reference reference =
        new Watch.Reference(
            lastBefore(from, boot, before.get(), known.last()),
            from,
            uptime(status, "revert-cut-end", "revert-begin"),
            known.sessions(),
            known.module());
    Tally tally = clients.untilBack(new Watch(known.baseline(), reference));
    if (!tally.violations().isEmpty()) {
      throw link.refused(Step.REVERT, String.join("; ", tally.violations()));
    }
    return new Done<>(
        Ending.REVERTED,
        "old state read back; %d of %d clients %s"
            .formatted(
                tally.count(PeerState.BACK),
                tally.eligible(),
                known.sessions() == Sessions.KEPT
                    ? "kept their sessions"
                    : "back within %.1f s".formatted(tally.lastBack())),
        WatchClients.with(marks(status), tally));
  }

  /**
   * The newest observation from before the interfaces went away.
   *
   * @param seen lately: after a resume that may be long after the way back
   * @param known from before the change
   */
  private static Observation lastBefore(
      double cut, String boot, Observation seen, Observation known) {
    if (!seen.boot().equals(boot)) {
      return seen.withoutCounts();
    }
    return seen.uptime() < cut ? seen : known;
  }

  private String bootNow() {
    return link.overNewConnection(programs -> programs.facts(Set.of()).bootId());
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
    probing.close();
    observer.close();
    handover.ifPresent(Handover::close);
  }
}
