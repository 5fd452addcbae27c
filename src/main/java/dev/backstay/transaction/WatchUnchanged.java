package dev.backstay.transaction;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Facts.InterfaceFacts;
import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.Observation;
import dev.backstay.health.Baseline;
import dev.backstay.health.Tally;
import dev.backstay.health.Watch;
import dev.backstay.health.Watch.Reference;
import dev.backstay.health.Watch.Sessions;
import dev.backstay.inventory.Gateway;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Deadline;
import dev.backstay.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at the clients of a gateway as a transaction does, while nothing is changed on it. Whoever
 * is heard again is well.
 */
public final class WatchUnchanged {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Observations may come late by this much. */
  private static final Duration LATE = Duration.ofSeconds(20);

  private final Connector connector;
  private final String id;
  private final Duration baseline;
  private final Duration window;
  private final Probes probes;
  private final Time time;

  /**
   * @param id names the collectors on the gateways
   * @param baseline how long to look at who is active
   * @param window how long to look at who is heard again
   * @param probes whose peers are no clients
   */
  public WatchUnchanged(
      Connector connector,
      String id,
      Duration baseline,
      Duration window,
      Probes probes,
      Time time) {
    this.connector = connector;
    this.id = id;
    this.baseline = baseline;
    this.window = window;
    this.probes = probes;
    this.time = time;
  }

  /**
   * Takes as long as baseline and window together.
   *
   * @throws ProblemException {@code being-changed}, {@code no-interface}, {@code not-unchanged}
   * @throws GatewayLostException if it does not tell all the time
   */
  public Tally look(Gateway gateway) {
    List<String> names = interfaces(gateway);
    try (Observer observer = new Observer(() -> connector.shared(gateway.target()), id, time)) {
      observer.start(names);
      Observation first =
          observer
              .next(Observer.FIRST_WORD)
              .orElseThrow(() -> new GatewayLostException(gateway.name(), "it tells nothing"));
      Observation before = until(first.uptime(), baseline, observer, Optional.empty(), gateway);
      Watch watch =
          new Watch(
              Baseline.between(first, before, probes.keys(gateway.name())),
              new Reference(
                  before, before.uptime(), before.uptime(), Sessions.MOVED, before.srcversion()));
      until(before.uptime(), window, observer, Optional.of(watch), gateway);
      return unchanged(gateway, watch.tally());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new GatewayLostException(gateway.name(), "it was not looked at to the end");
    }
  }

  private List<String> interfaces(Gateway gateway) {
    Facts facts = new GatewayPrograms(connector.shared(gateway.target())).facts(Set.of());
    if (facts.openLease().isPresent()) {
      throw new ProblemException(
          "being-changed",
          gateway.name(),
          "a change is open on it, so what is lost there says nothing of other days",
          "wait for its end: backstay rollouts");
    }
    List<String> names = facts.interfaces().stream().map(InterfaceFacts::name).toList();
    if (names.isEmpty()) {
      throw new ProblemException(
          "no-interface", gateway.name(), "it has no WireGuard interface", "name another gateway");
    }
    return names;
  }

  /** The first observation that is so much later than an uptime. */
  private Observation until(
      double from, Duration length, Observer observer, Optional<Watch> watch, Gateway gateway)
      throws InterruptedException {
    Deadline lastWord = time.in(length.plus(LATE));
    while (!lastWord.isOver()) {
      Optional<Observation> seen = observer.next(SECOND);
      seen.ifPresent(one -> watch.ifPresent(to -> to.accept(one)));
      if (seen.filter(one -> one.uptime() - from >= length.toSeconds()).isPresent()) {
        return seen.get();
      }
    }
    throw new GatewayLostException(gateway.name(), "it stopped telling");
  }

  private static Tally unchanged(Gateway gateway, Tally tally) {
    if (!tally.violations().isEmpty()) {
      throw new ProblemException(
          "not-unchanged",
          gateway.name(),
          "somebody changed it meanwhile: " + String.join("; ", tally.violations()),
          "look again when nobody works on it");
    }
    return tally;
  }
}
