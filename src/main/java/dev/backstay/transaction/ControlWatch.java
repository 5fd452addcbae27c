package dev.backstay.transaction;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Facts.InterfaceFacts;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.Observation;
import dev.backstay.health.Baseline;
import dev.backstay.health.ControlGroup;
import dev.backstay.health.Hearing;
import dev.backstay.health.Watch;
import dev.backstay.health.Watch.Reference;
import dev.backstay.health.Watch.Sessions;
import dev.backstay.inventory.Gateway;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Deadline;
import dev.backstay.time.Time;
import dev.backstay.wireguard.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks at the clients of gateways that are not changed, while others are: they tell what is lost
 * anyway, over the same minutes. A gateway that cannot be looked at is left out, and the verdict
 * says so; if too few clients are left, nothing can be compared and nothing passes.
 *
 * <p>Started and closed by one thread; safe for use by the transactions of a wave.
 */
public final class ControlWatch implements AutoCloseable {
  /** Where nobody is watched. */
  public static final ControlWatch OF_NOBODY = new ControlWatch(List.of(), Time.real());

  private final List<Neighbour> neighbours;
  private final Time time;

  /**
   * @param gateways that are not changed meanwhile
   * @param id names the collectors on them
   * @param baseline how long a gateway is looked at before its clients are counted
   * @param probes whose peers are no clients
   */
  public ControlWatch(
      List<Gateway> gateways,
      Connector connector,
      String id,
      Duration baseline,
      Probes probes,
      Time time) {
    this(
        gateways.stream()
            .map(one -> new Neighbour(one, connector, id, baseline, probes.keys(one.name()), time))
            .toList(),
        time);
  }

  private ControlWatch(List<Neighbour> neighbours, Time time) {
    this.neighbours = List.copyOf(neighbours);
    this.time = time;
  }

  /** Begins to look. What cannot be reached now is left out. */
  public void start() {
    if (!neighbours.isEmpty()) {
      time.inParallel(neighbours, neighbours.size(), Neighbour::start);
    }
  }

  /** Their clients as they do from now on. */
  View from() {
    return new View(neighbours.stream().map(Neighbour::from).toList());
  }

  @Override
  public void close() {
    neighbours.forEach(Neighbour::close);
  }

  /** The clients of all of them since a certain moment. */
  static final class View {
    private final List<Since> all;

    private View(List<Since> all) {
      this.all = all;
    }

    /** As they do now; empty where nobody is watched. */
    Optional<ControlGroup> group() {
      return all.stream().map(Since::group).reduce(ControlGroup::plus);
    }
  }

  /** The clients of one of them since a certain moment. */
  private static final class Since {
    private final Neighbour neighbour;
    private Optional<Begun> begun = Optional.empty();

    Since(Neighbour neighbour) {
      this.neighbour = neighbour;
    }

    ControlGroup group() {
      return neighbour.group(this);
    }
  }

  /**
   * @param watch tells whether the gateway stays what it was
   * @param clients who was active, and how long each may be silent
   */
  private record Begun(Watch watch, Hearing.Since clients) {}

  /** One gateway that is not changed. */
  private static final class Neighbour {
    /** Observations may come late by this much. */
    private static final Duration LATE = Duration.ofSeconds(20);

    private final Gateway gateway;
    private final Connector connector;
    private final Duration baseline;
    private final Set<PublicKey> noClients;
    private final Time time;
    private final Collector collector;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final List<Since> views = new ArrayList<>();
    private Hearing hearing = new Hearing();
    private Optional<String> leftOut = Optional.empty();
    private Optional<Observation> first = Optional.empty();
    private Optional<Observation> last = Optional.empty();
    private Deadline late;

    Neighbour(
        Gateway gateway,
        Connector connector,
        String id,
        Duration baseline,
        Set<PublicKey> noClients,
        Time time) {
      this.noClients = noClients;
      this.gateway = gateway;
      this.connector = connector;
      this.baseline = baseline;
      this.time = time;
      this.late = time.in(LATE);
      this.collector =
          new Collector(
              () -> connector.shared(gateway.target()),
              id + "_beside",
              time,
              this::accept,
              line -> {});
    }

    boolean start() {
      try {
        Facts facts = new GatewayPrograms(connector.shared(gateway.target())).facts(Set.of());
        if (facts.openLease().isPresent()) {
          return leaveOut("a change is open on it");
        }
        List<String> names = facts.interfaces().stream().map(InterfaceFacts::name).toList();
        if (names.isEmpty()) {
          return leaveOut("it has no WireGuard interface");
        }
        collector.start(names);
        return true;
      } catch (RuntimeException unreachable) {
        return leaveOut("it cannot be reached");
      }
    }

    private synchronized boolean leaveOut(String why) {
      leftOut = Optional.of(why);
      return false;
    }

    private synchronized void accept(Observation seen) {
      late = time.in(LATE);
      if (first.filter(one -> one.boot().equals(seen.boot())).isEmpty()) {
        first = Optional.of(seen);
        hearing = new Hearing();
      }
      hearing.accept(seen);
      views.forEach(view -> view.begun.ifPresent(begun -> begun.watch().accept(seen)));
      last = Optional.of(seen);
      views.stream().filter(view -> view.begun.isEmpty()).forEach(view -> view.begun = begin());
    }

    synchronized Since from() {
      Since view = new Since(this);
      view.begun = begin();
      views.add(view);
      return view;
    }

    /** Whoever takes over in the middle begins with a baseline that is as long. */
    private Optional<Begun> begin() {
      return first.flatMap(before ->
          last.filter(now -> now.uptime() - before.uptime() >= baseline.toSeconds())
              .map(now -> begin(Baseline.between(before, now, noClients), now)));
    }

    private Begun begin(Baseline clients, Observation now) {
      // Whether clients are heard is told by their own silences; of the gateway, what must not be.
      Baseline nobody =
          new Baseline(clients.interfaces(), List.of(), clients.idle(), clients.boot());
      Watch watch =
          new Watch(
              nobody,
              new Reference(now, now.uptime(), now.uptime(), Sessions.KEPT, now.srcversion()));
      return new Begun(watch, hearing.since(clients.active()));
    }

    ControlGroup group(Since view) {
      again();
      return told(view);
    }

    private synchronized ControlGroup told(Since view) {
      Optional<String> why =
          leftOut
              .or(() -> late.isOver() ? Optional.of("it does not tell") : Optional.empty())
              .or(() ->
                  view.begun.isEmpty()
                      ? Optional.of("it is not looked at for long enough yet")
                      : view.begun
                          .map(begun -> begun.watch().tally().violations())
                          .filter(violations -> !violations.isEmpty())
                          .map(violations ->
                              "somebody changed it meanwhile: " + String.join(", ", violations)));
      return why.map(sentence -> ControlGroup.without(gateway.name(), sentence))
          .orElseGet(() ->
              ControlGroup.of(gateway.name(), hearing.silent(view.begun.orElseThrow().clients())));
    }

    /** Without a lock that others wait for. */
    private void again() {
      if (collector.isRunning() && collector.isSilent() && busy.compareAndSet(false, true)) {
        try {
          collector.restart();
        } finally {
          busy.set(false);
        }
      }
    }

    void close() {
      collector.close();
    }
  }
}
