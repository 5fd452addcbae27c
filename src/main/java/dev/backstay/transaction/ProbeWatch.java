package dev.backstay.transaction;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Facts.InterfaceFacts;
import dev.backstay.gateway.Observation;
import dev.backstay.health.Baseline;
import dev.backstay.health.Baseline.InterfaceIdentity;
import dev.backstay.health.Finding;
import dev.backstay.health.ProbeGate;
import dev.backstay.health.ProbeGate.Result;
import dev.backstay.health.ProbeGate.Series;
import dev.backstay.health.ProbeGate.Try;
import dev.backstay.playbook.Activation;
import dev.backstay.playbook.InterfaceWish;
import dev.backstay.probe.Diagnosis;
import dev.backstay.probe.Outcome;
import dev.backstay.probe.Patience;
import dev.backstay.probe.ProbePeer;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.time.Mailbox;
import dev.backstay.time.Task;
import dev.backstay.time.Time;
import dev.backstay.wireguard.PublicKey;
import dev.backstay.wireguard.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Probes the gateway of a transaction: a few times before its change, and then every second from
 * the begin of the change to the verdict. Does nothing where the playbook does not ask for it. Used
 * by one thread; the probes have threads of their own.
 */
final class ProbeWatch implements AutoCloseable {
  /** Each probe asks once, so that three in vain are three and take four seconds. */
  private static final Patience PATIENCE =
      new Patience(1, Duration.ofSeconds(1), 3, Duration.ofMillis(500), Duration.ofSeconds(2));

  private static final Duration PACE = Duration.ofSeconds(1);

  /** A kernel that has just come up may drop handshakes for as long. */
  private static final double AFTER_RESTART = 10;

  private static final int BEFORE = 3;
  private static final int ENOUGH_BEFORE = 2;
  private static final double NANOS = 1e9;

  private final Order order;
  private final Probes probes;
  private final Time time;
  private final boolean required;
  private final Mailbox<Probed> mailbox;
  private final List<Probed> all = new ArrayList<>();
  private final List<Task> tasks = new ArrayList<>();
  private final Map<String, Integer> mtus = new HashMap<>();
  private List<ProbePeer> peers = List.of();
  private OptionalDouble uptimeZero = OptionalDouble.empty();

  /** One probe, in nanoseconds of this controller. */
  private record Probed(String network, long begin, long end, Result result, String says) {}

  ProbeWatch(Order order, Probes probes, Time time) {
    this.order = order;
    this.probes = probes;
    this.time = time;
    this.required = order.playbook().gates().probe();
    this.mailbox = time.mailbox();
  }

  /**
   * Whether a probe gets through before anything is changed: one that does not could prove nothing
   * afterwards.
   *
   * @return how that went, for people; empty where none is asked for
   * @throws ProblemException {@code no-probe-peer}, {@code probe-fails}
   */
  String before(Facts facts) throws InterruptedException {
    if (!required) {
      return "";
    }
    peers = probes.of(order.name());
    if (peers.isEmpty()) {
      throw new ProblemException(
          "no-probe-peer",
          order.name(),
          "the playbook requires a probe, and this gateway has no probe peer",
          "backstay probe setup " + order.name());
    }
    knows(facts);
    for (ProbePeer peer : peers) {
      InterfaceFacts now =
          facts.interfaces().stream()
              .filter(one -> one.name().equals(peer.network()))
              .findFirst()
              .orElseThrow(
                  () -> fails("%s has a probe peer, and is not there".formatted(peer.network())));
      if (isRemoved(peer)) {
        throw fails("the change removes the probe peer of " + peer.network());
      }
      before(peer, aim(new PublicKey(now.publicKey()), now.port(), mtu(peer)));
    }
    return "; the probe gets through";
  }

  private void before(ProbePeer peer, Probes.Aim aim) throws InterruptedException {
    int through = 0;
    String why = "";
    for (int i = 0; i < BEFORE && through < ENOUGH_BEFORE; i++) {
      if (i > 0) {
        time.sleep(PACE);
      }
      Outcome outcome = probes.probe(peer, aim, PATIENCE);
      through += outcome.reached() ? 1 : 0;
      why = says(outcome).orElse(why);
    }
    if (through < ENOUGH_BEFORE) {
      throw fails(
          "the probe of %s got through %d of %d times before the change, so it could prove nothing after it: %s (see `backstay probe %s --inside`)"
              .formatted(peer.network(), through, BEFORE, why, order.name()));
    }
  }

  private ProblemException fails(String what) {
    return new ProblemException(
        "probe-fails", order.name(), what, "backstay probe setup " + order.name());
  }

  /** What the interfaces of the gateway are like. */
  void knows(Facts facts) {
    facts.interfaces().stream()
        .filter(one -> one.mtu() > 0)
        .forEach(one -> mtus.put(one.name(), one.mtu()));
  }

  /**
   * Probes from now on, unless it does already.
   *
   * @param expected what the interfaces are to be
   */
  void start(Baseline expected) {
    if (!required || !tasks.isEmpty()) {
      return;
    }
    peers = probes.of(order.name());
    for (ProbePeer peer : peers) {
      InterfaceIdentity then = expected.interfaces().get(peer.network());
      if (then != null) {
        int mtu = wish(peer).flatMap(InterfaceWish::mtu).orElse(mtu(peer));
        Probes.Aim aim = aim(new PublicKey(then.publicKey()), then.port(), mtu);
        tasks.add(time.start("probe " + order.name(), () -> probe(peer, aim)));
      }
    }
  }

  private Probes.Aim aim(PublicKey key, int port, int mtu) {
    return new Probes.Aim(order.gateway().target().host(), port, key, mtu);
  }

  private int mtu(ProbePeer peer) {
    return mtus.getOrDefault(peer.network(), Timing.USUAL_MTU);
  }

  private Optional<InterfaceWish> wish(ProbePeer peer) {
    return Optional.ofNullable(order.playbook().change().config().get(peer.network()));
  }

  private boolean isRemoved(ProbePeer peer) {
    return wish(peer)
        .filter(wish -> wish.peers().get(peer.key()) instanceof InterfaceWish.PeerWish.Absent)
        .isPresent();
  }

  private void probe(ProbePeer peer, Probes.Aim aim) {
    try {
      while (true) {
        long begin = time.nanos();
        Probed one = probeOnce(peer, aim, begin);
        mailbox.put(one);
        time.sleep(PACE.minusNanos(time.nanos() - begin));
      }
    } catch (InterruptedException over) {
      // The verdict is there.
    }
  }

  private Probed probeOnce(ProbePeer peer, Probes.Aim aim, long begin) throws InterruptedException {
    try {
      Outcome outcome = probes.probe(peer, aim, PATIENCE);
      return new Probed(
          peer.network(), begin, time.nanos(), result(outcome), says(outcome).orElse(""));
    } catch (RuntimeException fault) {
      // Whatever went wrong here says nothing of the gateway.
      String why =
          fault instanceof ProblemException problem
              ? problem.problems().getFirst().sentence()
              : fault.toString();
      return new Probed(peer.network(), begin, time.nanos(), Result.UNSENT, why);
    }
  }

  private static Result result(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered _, Outcome.Whole _ -> Result.THROUGH;
      case Outcome.Loaded _ -> Result.LOADED;
      case Outcome.Unreachable _ -> Result.UNSENT;
      case Outcome.Narrow _,
          Outcome.Unpinged _,
          Outcome.Stalled _,
          Outcome.OtherPresharedKey _,
          Outcome.Silent _,
          Outcome.Elsewhere _,
          Outcome.Refused _ ->
          Result.IN_VAIN;
    };
  }

  private Optional<String> says(Outcome outcome) {
    return Diagnosis.of(outcome, order.name()).map(Problem::what);
  }

  /** By an observation it is known what the gateway's uptime is now. */
  void saw(Observation seen, String boot) {
    if (required && seen.boot().equals(boot)) {
      // The one that came soonest tells best: it cannot have come before it was made.
      double zero = time.nanos() / NANOS - seen.uptime();
      uptimeZero = OptionalDouble.of(Math.min(zero, uptimeZero.orElse(zero)));
    }
  }

  /**
   * A failure that is certain already.
   *
   * @param answers uptime of the gateway from which WireGuard has to answer
   */
  Optional<Finding> early(double answers) {
    return required && uptimeZero.isPresent() ? gate().early(series(answers)) : Optional.empty();
  }

  /** What the probes say at the end of the window; nothing where none was asked for. */
  Optional<Finding> end(double answers) {
    return required ? Optional.of(gate().end(series(answers))) : Optional.empty();
  }

  private ProbeGate gate() {
    boolean restarts = order.playbook().change().activate() == Activation.REBOOT;
    return new ProbeGate(restarts ? AFTER_RESTART : 0);
  }

  private List<Series> series(double answers) {
    for (Optional<Probed> one = mailbox.poll(); one.isPresent(); one = mailbox.poll()) {
      all.add(one.get());
    }
    if (uptimeZero.isEmpty()) {
      return peers.stream().map(peer -> new Series(peer.network(), List.of())).toList();
    }
    double zero = uptimeZero.getAsDouble() + answers;
    return peers.stream()
        .map(peer ->
            new Series(
                peer.network(),
                all.stream()
                    .filter(one -> one.network().equals(peer.network()))
                    .map(one ->
                        new Try(
                            one.begin() / NANOS - zero,
                            one.end() / NANOS - zero,
                            one.result(),
                            one.says()))
                    .toList()))
        .toList();
  }

  @Override
  public void close() {
    tasks.forEach(Task::close);
  }
}
