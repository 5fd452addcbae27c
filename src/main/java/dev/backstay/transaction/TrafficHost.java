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
 * gateway (snapshot, stage, arm, rehearse, apply, verified by its own script) which is never
 * confirmed: bringing the clients back is its way back, and if nobody asks for that any more, the
 * dead-man switch of the traffic host does it by itself. Used by one thread.
 */
final class TrafficHost {
  /** The host's own limits come first; this is for its answer. */
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** A revert that does not end well is tried again by the host's own timer. */
  private static final Duration BACK = Duration.ofMinutes(3);

  private final Gateway host;
  private final Gateway gateway;
  private final Traffic traffic;
  private final Identifiers identifiers;
  private final GatewayLink link;
  private final Snapshots snapshots;

  /**
   * @param order of the gateway
   * @param identifiers of this change; no other of this host has the same
   */
  TrafficHost(
      Gateway host,
      Order order,
      Traffic traffic,
      Identifiers identifiers,
      Connector connector,
      Snapshots snapshots,
      Time time) {
    this.host = host;
    this.gateway = order.gateway();
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
        identifiers.rollout(), identifiers.attempt(), ScriptArchive.of(List.of(traffic.drain())));
    programs.stage(
        Diversion.file(
            host.name(),
            gateway.name(),
            gateway.target().host(),
            traffic,
            identifiers.rollout(),
            identifiers.attempt()));
  }

  /**
   * Moves the clients, and returns when the host's own script has verified that they are moved.
   *
   * @param lease after which the host brings them back by itself
   */
  void divert(Duration lease) throws InterruptedException {
    GatewayPrograms programs = link.programs();
    programs.arm(
        new Lease(
            identifiers.rollout(),
            identifiers.attempt(),
            identifiers.epoch(),
            identifiers.nonceDigest(),
            lease,
            lease));
    programs.rehearse();
    programs.startChange(identifiers.rollout(), identifiers.attempt());
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

  /**
   * Brings the clients back, if they may be away, and returns when the host's own script has
   * verified that. Asked twice it does nothing twice.
   *
   * @param ours rollouts under which this gateway's clients may have been moved here
   */
  void bringBack(Set<String> ours, String why) throws InterruptedException {
    LeaseStatus status =
        link.untilAnswer(BACK, GatewayPrograms::status)
            .orElseThrow(() -> link.lost("it does not answer"));
    // Another one's lease is only let in when ours is over.
    if (!ours.contains(status.rollout()) || status.state() == State.NONE) {
      return;
    }
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
  }
}
