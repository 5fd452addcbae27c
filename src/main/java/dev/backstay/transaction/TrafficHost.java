package dev.backstay.transaction;

import dev.backstay.change.Diversion;
import dev.backstay.change.TrafficPreflight;
import dev.backstay.gateway.ChangeStatus;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.gateway.Lease;
import dev.backstay.gateway.LeaseStatus;
import dev.backstay.gateway.LeaseStatus.State;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Traffic;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Reason;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One traffic host that sends the clients of one gateway elsewhere. It is a change like that of a
 * gateway (snapshot, stage, arm, rehearse, apply, verified by its own script): bringing the clients
 * back is its way back, and if nobody asks for that any more, the dead-man switch of the traffic
 * host does it by itself. Only where another gateway takes over is it ever confirmed. Used by one
 * thread.
 */
final class TrafficHost {
  /** The host's own limits come first; this is for its answer. */
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** A revert that does not end well is tried again by the host's own timer. */
  private static final Duration BACK = Duration.ofMinutes(3);

  private final Gateway host;
  private final Diversion.Of of;
  private final Traffic traffic;
  private final Identifiers identifiers;
  private final GatewayLink link;
  private final Snapshots snapshots;

  /**
   * @param order of the gateway
   * @param of whose clients are meant
   * @param identifiers of this change; no other of this host has the same
   */
  TrafficHost(
      Gateway host,
      Order order,
      Diversion.Of of,
      Traffic traffic,
      Identifiers identifiers,
      Connector connector,
      Snapshots snapshots,
      Time time) {
    this.host = host;
    this.of = of;
    this.traffic = traffic;
    this.identifiers = identifiers;
    this.link =
        new GatewayLink(
            new Order(host, order.playbook(), identifiers, Optional.empty()), connector, time);
    this.snapshots = snapshots;
  }

  String name() {
    return host.name();
  }

  /** Everything that can be done before a client is moved. */
  void ready() {
    GatewayPrograms programs = link.programs();
    Facts facts = programs.facts(Set.of());
    List<Problem> problems = TrafficPreflight.problems(host.name(), facts);
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    snapshots.take(host, programs, Reason.beforeRollout(identifiers.rollout()));
    programs.install();
    programs.stageScripts(
        identifiers.rollout(), identifiers.attempt(), ScriptArchive.of(List.of(traffic.script())));
    programs.stage(
        Diversion.file(host.name(), of, traffic, identifiers.rollout(), identifiers.attempt()));
  }

  /**
   * Moves the clients, and returns when the host's own script has verified that they are moved.
   * What an earlier controller of this attempt has begun is gone on with, and not begun again.
   *
   * @param lease after which the host brings them back by itself
   * @param longest what renewals may make of it
   */
  void divert(Duration lease, Duration longest) throws InterruptedException {
    GatewayPrograms programs = link.programs();
    LeaseStatus before = programs.status();
    boolean ours = isOurs(before);
    if (!ours) {
      programs.arm(
          new Lease(
              identifiers.rollout(),
              identifiers.attempt(),
              identifiers.epoch(),
              identifiers.nonceDigest(),
              lease,
              longest));
    } else if (before.state().open() && before.state() != State.REVERTING) {
      takeOver(programs, lease);
    }
    if (!ours || before.state() == State.ARMED) {
      programs.rehearse();
      programs.startChange(identifiers.rollout(), identifiers.attempt());
    }
    ChangeStatus status =
        link.await(
            traffic.longest().plus(ANSWER),
            s ->
                !(s.state() == State.ARMED
                    || s.state() == State.APPLYING
                    || s.state() == State.REVERTING));
    if (status.state() != State.APPLIED) {
      throw link.refused(Step.DRAIN, status.reason());
    }
  }

  private boolean isOurs(LeaseStatus status) {
    return status.rollout().equals(identifiers.rollout())
        && status.attempt() == identifiers.attempt()
        && status.state() != State.NONE;
  }

  /** Also a renewal, where it was this controller's before. */
  private void takeOver(GatewayPrograms programs, Duration lease) {
    programs.takeOver(identifiers.epoch(), identifiers.rollout(), lease, identifiers.nonceDigest());
  }

  /** What a traffic host says when it is asked to leave the clients where they are. */
  sealed interface Held {
    /** It does, for so long. */
    record Yes() implements Held {}

    /** It has brought them back, or is at it, or nothing but us would do it any more. */
    record No(String why) implements Held {}

    /** It does not answer. */
    record Silent(String why) implements Held {}
  }

  /** Asks it once to leave the clients where they are for another while. */
  Held hold(Duration lease) {
    try {
      GatewayPrograms programs = link.programs();
      LeaseStatus status = programs.status();
      if (!isOurs(status)) {
        return new Held.No("%s has been changed by rollout %s".formatted(name(), status.rollout()));
      }
      return switch (status.state()) {
        case CONFIRMED -> new Held.Yes();
        case APPLIED -> {
          takeOver(programs, lease);
          yield new Held.Yes();
        }
        case NONE, ARMED, APPLYING, REBOOTING, REVERTING, REVERTED, REVERT_FAILED ->
            new Held.No("%s is %s: %s".formatted(name(), status.state().word(), status.reason()));
      };
    } catch (GatewayRefusedException refused) {
      return refused.status() == GatewayPrograms.NO_TICKS
          ? new Held.No("%s: %s".formatted(name(), refused.sentence()))
          : new Held.Silent(refused.sentence());
    } catch (GatewayLostException lost) {
      return new Held.Silent(lost.why());
    } catch (ProblemException unreachable) {
      return new Held.Silent(unreachable.problems().getFirst().what());
    }
  }

  /**
   * Leaves the clients where they are for good, over a new connection, with the nonce. Asked twice
   * it does nothing twice, whoever asked first.
   *
   * @throws GatewayRefusedException if the host does not say that it does
   */
  void release() {
    link.overNewConnection(programs -> {
      LeaseStatus before = programs.status();
      if (isOurs(before) && before.state() == State.CONFIRMED) {
        return before.state();
      }
      programs.confirm(identifiers.epoch(), identifiers.nonce());
      State state = programs.status().state();
      if (state != State.CONFIRMED) {
        throw link.refused(Step.RELEASE, "it says " + state.word());
      }
      return state;
    });
  }

  /**
   * Brings the clients back, if they may be away, and returns when the host's own script has
   * verified that. Asked twice it does nothing twice.
   *
   * @param ours rollouts under which this gateway's clients may have been moved here
   * @return whether they were away until now
   */
  boolean bringBack(Set<String> ours, String why) throws InterruptedException {
    LeaseStatus status =
        link.untilAnswer(BACK, GatewayPrograms::status)
            .orElseThrow(() -> link.lost("it does not answer"));
    // Another one's lease is only let in when ours is over.
    if (!ours.contains(status.rollout()) || status.state() == State.NONE) {
      return false;
    }
    boolean away = status.state() != State.REVERTED;
    if (status.state() != State.REVERTED) {
      try {
        link.programs().revert(identifiers.epoch(), status.rollout(), why);
      } catch (GatewayLostException | GatewayRefusedException | ProblemException unclear) {
        // It tries again by itself; what counts is what it says in the end.
      }
    }
    ChangeStatus end =
        link.await(BACK, s -> s.state() == State.REVERTED || s.state() == State.REVERT_FAILED);
    if (end.state() != State.REVERTED) {
      throw link.refused(Step.RETURN, end.reason());
    }
    return away;
  }
}
