package dev.backstay.transaction;

import dev.backstay.change.Diversion;
import dev.backstay.change.SameClients;
import dev.backstay.change.SameClients.Needed;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.FactsQuery;
import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.gateway.Observation;
import dev.backstay.health.Baseline;
import dev.backstay.health.Baseline.ActivePeer;
import dev.backstay.health.Baseline.InterfaceIdentity;
import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.health.Watch;
import dev.backstay.health.Watch.Sessions;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import dev.backstay.wireguard.PublicKey;
import dev.backstay.wireguard.Timing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The clients of one gateway go over to another one, and back while there is a way back. The old
 * gateway is looked at and asked for facts, and never changed. Used by one thread.
 */
final class Handover implements AutoCloseable {
  /** Renewals may come late by as much while a person is waited for. */
  private static final Duration PERSON = Duration.ofDays(7);

  private final Order order;
  private final Succession of;
  private final GatewayLink old;
  private final Observer observer;
  private final Detour detour;
  private final WatchClients clients;
  private final SameClients same;
  private final Time time;
  private Optional<Long> back = Optional.empty();

  Handover(
      Order order,
      Succession of,
      Connector connector,
      Snapshots snapshots,
      StepLog log,
      Brake brake,
      ProbeWatch probing,
      Probes probes,
      Time time) {
    this.order = order;
    this.of = of;
    this.old =
        new GatewayLink(
            new Order(of.old(), order.playbook(), order.identifiers(), Optional.empty()),
            connector,
            time);
    this.observer = new Observer(old::shell, order.identifiers().rollout() + "_old", time);
    this.detour =
        new Detour(
            order,
            new Diversion.Of(of.old(), Optional.of(of.heir())),
            of.traffic(),
            connector,
            snapshots,
            time);
    this.clients = new WatchClients(order, observer, log, brake, probing, time);
    this.time = time;
    this.same = new SameClients(of.old().name(), of.heir().name(), probes.keys(of.old().name()));
  }

  String oldName() {
    return of.old().name();
  }

  Detour detour() {
    return detour;
  }

  /** What stands in the way on the old gateway, or between the two. */
  List<Problem> problems(Facts ofHeir) {
    return same.problems(old.programs().facts(FactsQuery.ofInterfaces()), ofHeir);
  }

  /** The first look at the old one, which is looked at from now on. */
  Observation beginBaseline(List<String> interfaces) throws InterruptedException {
    observer.start(interfaces);
    return nextOfOld();
  }

  Observation nextOfOld() throws InterruptedException {
    return observer
        .next(Observer.FIRST_WORD)
        .orElseThrow(() ->
            new GatewayLostException(oldName(), "the collector of the old gateway is silent"));
  }

  /**
   * The clients of the old gateway, as the new one is to have them.
   *
   * @param heir what the new one is like, with nobody on it
   * @throws ProblemException {@code not-empty} where somebody is
   */
  Baseline expected(Baseline ofOld, Baseline heir) {
    if (!heir.active().isEmpty()) {
      throw new ProblemException(
          "not-empty",
          of.heir().name(),
          "%d clients are on this gateway already, and only an empty one is changed and taken into use"
              .formatted(heir.active().size()),
          "send them to %s first, or select another gateway".formatted(oldName()));
    }
    return new Baseline(heir.interfaces(), ofOld.active(), ofOld.idle(), heir.boot());
  }

  /**
   * Why the old gateway could not take its clients back; nothing if it could.
   *
   * @param expected what the new one has
   */
  Optional<String> notReady(Baseline expected) {
    Map<String, Needed> needed = new TreeMap<>();
    expected
        .interfaces()
        .forEach((name, identity) ->
            needed.put(name, new Needed(identity.publicKey(), active(name, expected))));
    try {
      return same.notReady(old.programs().facts(FactsQuery.ofInterfaces()), needed);
    } catch (GatewayLostException lost) {
      return Optional.of("%s does not answer: %s".formatted(oldName(), lost.why()));
    } catch (GatewayRefusedException refused) {
      return Optional.of("%s: %s".formatted(oldName(), refused.sentence()));
    } catch (ProblemException unreachable) {
      return Optional.of(
          "%s does not answer: %s".formatted(oldName(), unreachable.problems().getFirst().what()));
    }
  }

  private static Set<PublicKey> active(String network, Baseline expected) {
    return expected.active().stream()
        .filter(peer -> peer.network().equals(network))
        .map(ActivePeer::key)
        .collect(Collectors.toSet());
  }

  /** Sends the clients over; the traffic hosts have verified it when this returns. */
  String switchOver(Duration lease) throws InterruptedException {
    Duration trial = Order.onTrialAtMost(order.playbook(), of.traffic());
    Duration longest = trial.multipliedBy(3).plus(of.rules().keep()).plus(PERSON);
    return detour.divert(lease, longest);
  }

  /** Until nothing is heard of them on the old gateway any more, which is then not observed on. */
  String untilGone(Baseline expected) throws InterruptedException {
    observer.again(interfaces(expected));
    double since = old.programs().facts(FactsQuery.ofInterfaces()).uptime();
    try {
      return clients.untilGone(expected.active(), since, of.traffic().settle());
    } finally {
      observer.end();
    }
  }

  private static List<String> interfaces(Baseline expected) {
    return List.copyOf(expected.interfaces().keySet());
  }

  /** Sends them back; nothing is waited for but the traffic hosts. */
  String bringBack(String why) throws InterruptedException {
    long now = time.nanos();
    if (!detour.bringBack(why)) {
      return "the clients were back on %s already".formatted(oldName());
    }
    back = Optional.of(now);
    return "the clients are back on " + oldName();
  }

  /**
   * Who has been heard on the old gateway since they were sent back, for people; waits a while for
   * all of them.
   *
   * @return empty where this controller has not sent them, or the old gateway does not tell
   */
  String whoIsBack(Baseline expected) throws InterruptedException {
    if (back.isEmpty()) {
      return "";
    }
    Optional<Observation> seen = lookAtOld(expected);
    if (seen.isEmpty()) {
      return "; %s does not tell who is back".formatted(oldName());
    }
    double since = seen.get().uptime() - (time.nanos() - back.get()) / 1e9;
    Tally tally = clients.untilBack(watchOld(seen.get(), Math.max(0, since), expected));
    return "; %d of %d clients have been heard on %s again"
        .formatted(tally.count(PeerState.BACK), tally.eligible(), oldName());
  }

  private Optional<Observation> lookAtOld(Baseline expected) throws InterruptedException {
    try {
      return observer.again(interfaces(expected));
    } catch (GatewayLostException | GatewayRefusedException | ProblemException silent) {
      return Optional.empty();
    }
  }

  /**
   * @param since uptime in seconds of the old gateway; only handshakes after that count
   */
  private static Watch watchOld(Observation seen, double since, Baseline expected) {
    Map<String, InterfaceIdentity> now = new TreeMap<>();
    seen.interfaces()
        .forEach((name, sample) ->
            now.put(
                name,
                new InterfaceIdentity(
                    sample.publicKey(), sample.port(), sample.handshakes().keySet())));
    Observation nothing =
        new Observation(
            seen.clock(),
            seen.uptime(),
            seen.boot(),
            seen.srcversion(),
            Map.of(),
            seen.counted(),
            seen.sources(),
            seen.beyond());
    Watch watch =
        new Watch(
            new Baseline(now, expected.active(), expected.idle(), seen.boot()),
            new Watch.Reference(
                nothing, since, since + Timing.ASKS_ANEW_AFTER.toSeconds(), Sessions.LOST, ""));
    watch.accept(seen);
    return watch;
  }

  @Override
  public void close() {
    observer.close();
  }
}
