package dev.backstay.simulation;

import dev.backstay.health.Tally;
import dev.backstay.inventory.Front;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Limits;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.Traffic;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Calendar;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.JournalingLog;
import dev.backstay.rollout.OrderWord;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.Planner;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.Rollout;
import dev.backstay.rollout.RolloutState;
import dev.backstay.rollout.Scope;
import dev.backstay.rollout.Spectator;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Task;
import dev.backstay.transaction.Order;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * One playbook carried out on one simulated fleet by the real engine, with everything that goes
 * wrong on the way.
 *
 * @param seed of the order of events and of all chance
 * @param clients of each gateway
 * @param mishaps by gateway
 * @param hits what strikes the controller's side, whoever the controller is then
 * @param kills when the first controller dies, when the one that goes on after it, and so on; the
 *     one after the last of them lives
 * @param sample between two lines of a collector
 * @param folder for journals; best in memory
 */
record Trial(
    long seed,
    Playbook playbook,
    List<Gateway> gateways,
    int clients,
    Fate fate,
    Map<String, List<Mishaps.Blow>> mishaps,
    List<Hit> hits,
    List<Kill> kills,
    Duration sample,
    Path folder) {
  /** So many lines has the journal of a gateway that passes. */
  private static final int LINES = 21;

  /** A gateway that lost its power needs this for coming back and undoing. */
  private static final Duration BOOT_AND_REVERT = Duration.ofMinutes(10);

  /** A lease may be renewed to three times its length. */
  private static final int LONGEST_LEASE = 3;

  /**
   * A controller dies.
   *
   * @param until another one goes on; from zero to long after every lease
   */
  record Kill(Death when, Duration until) {}

  /**
   * Strikes the controller's side when this line of the journal is on the disk.
   *
   * @param line counts from 1, through all controllers
   */
  record Hit(long line, Strike strike) {}

  /** What may strike a controller without ending it. */
  sealed interface Strike {
    /** It reaches no gateway for a while. */
    record NetworkCut(Duration outage) implements Strike {}

    /** Its clock is set. */
    record ClockStep(Duration by) implements Strike {}

    /** A host is struck. */
    record Of(String host, Mishap mishap) implements Strike {}

    /** A person wants something. */
    record Ordered(OrderWord order) implements Strike {}
  }

  /**
   * What came of it.
   *
   * @param limits what may fail without halting the rollout
   * @param pairs the pair of each gateway that has one
   * @param result as the last controller saw it; empty if it was killed
   * @param lines of the journal as the last controller knows it
   * @param began how often a controller was started
   * @param alive whether nobody killed the last one
   * @param effects how many orders of the last controller would change something
   * @param refused why no plan was made
   * @param ends of those that are selected
   * @param takeover that the one selected gateway makes, if it does
   */
  record Outcome(
      Limits limits,
      Map<String, String> pairs,
      Optional<Result> result,
      List<JournalLine> lines,
      List<List<String>> waves,
      int began,
      boolean alive,
      int effects,
      Optional<String> refused,
      List<Witness.Seen> seen,
      Map<String, End> ends,
      Optional<Traffic.Takeover> takeover,
      Duration took) {}

  /**
   * What a gateway is really like at the end.
   *
   * @param state against what it was before and what it was to become
   * @param lease the state of its last one; {@code none} if it never had one
   * @param cutOff clients that a new version had cut off at some time
   * @param lost clients that are cut off now
   */
  record End(State state, String lease, int cutOff, int lost) {
    /** How much of the change is there. */
    enum State {
      OLD,
      /** Part of it. */
      BETWEEN,
      NEW
    }

    boolean changed() {
      return state != State.OLD;
    }
  }

  /** The same with other kills. */
  Trial killed(Kill... when) {
    return new Trial(
        seed, playbook, gateways, clients, fate, mishaps, hits, List.of(when), sample, folder);
  }

  /** The same, struck at these lines. */
  Trial hit(Hit... at) {
    return new Trial(
        seed, playbook, gateways, clients, fate, mishaps, List.of(at), kills, sample, folder);
  }

  /** The same with another version. */
  Trial with(Fate other) {
    return new Trial(
        seed, playbook, gateways, clients, other, mishaps, hits, kills, sample, folder);
  }

  Outcome run() {
    return VirtualTime.run(seed, this::live);
  }

  private Outcome live(VirtualProcess world) {
    SimulatedFleet fleet =
        SimulatedFleet.of(
            world,
            seed,
            gateways,
            playbook.change(),
            clients,
            fate,
            new Mishaps(mishaps),
            takeover().map(Traffic.Takeover::from),
            sample);
    front().hosts().forEach(host -> fleet.behind(world, seed, host));
    long began = world.nanos();
    Controller controller = new Controller(world.process("controller 0"), fleet, 0);
    controller.run();
    while (controller.isDead() && !controller.isTheLast()) {
      pass(world, kills.get(controller.number).until());
      controller = controller.successor(world.process("controller " + (controller.number + 1)));
      controller.run();
    }
    long took = world.nanos() - began;
    pass(world, leaseEnd());
    return new Outcome(
        playbook.limits(),
        gateways.stream()
            .filter(gateway -> !gateway.pair().isEmpty())
            .collect(Collectors.toMap(Gateway::name, Gateway::pair)),
        controller.result,
        controller.lines,
        controller.waves,
        controller.number + 1,
        !controller.isDead(),
        controller.effects.count(),
        controller.refused,
        fleet.witness().seen(),
        fleet.machines().stream()
            .filter(machine -> isSelected(machine.name))
            .collect(Collectors.toMap(machine -> machine.name, Machine::end)),
        takeover(),
        Duration.ofNanos(took));
  }

  private Duration leaseEnd() {
    return playbook
        .lease()
        .apply()
        .plus(playbook.lease().reboot())
        .plus(playbook.observe().window())
        .plus(playbook.lease().confirm())
        .multipliedBy(LONGEST_LEASE)
        .plus(BOOT_AND_REVERT)
        .plus(playbook.traffic().map(this::awayAtMost).orElse(Duration.ZERO));
  }

  private Duration awayAtMost(Traffic traffic) {
    return traffic
        .takeover()
        .map(takeover -> takeover.keep().plus(takeover.unwatched().multipliedBy(2)))
        .orElse(Duration.ZERO)
        .plus(Order.awayAtMost(playbook, traffic))
        .plus(Order.onTrialAtMost(playbook, traffic).multipliedBy(LONGEST_LEASE));
  }

  private Optional<Traffic.Takeover> takeover() {
    return playbook.traffic().flatMap(Traffic::takeover);
  }

  /** The old gateway of a takeover is not. */
  private boolean isSelected(String gateway) {
    return takeover().filter(takeover -> takeover.from().equals(gateway)).isEmpty();
  }

  /** What the playbook asks to send clients elsewhere. */
  private Front front() {
    return new Front(
        playbook.traffic().stream()
            .flatMap(traffic -> traffic.hosts().stream())
            .map(Simulation::host)
            .toList(),
        gateways.stream().filter(gateway -> !isSelected(gateway.name())).findFirst());
  }

  private static void pass(VirtualProcess world, Duration length) {
    try {
      world.sleep(length);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One process of the engine, which may be killed. */
  private final class Controller implements Spectator {
    private final VirtualProcess process;
    private final SimulatedFleet fleet;
    private final int number;
    private final Optional<Death> death;
    private final Effects effects;
    private final List<JournalLine> lines = new ArrayList<>();
    private final List<Event.Ordered> ordered = new ArrayList<>();
    private Optional<Result> result = Optional.empty();
    private Optional<String> refused = Optional.empty();
    private Optional<Plan> plan = Optional.empty();
    private long known;
    private List<List<String>> waves = List.of();
    private long killAfter = Long.MAX_VALUE;

    Controller(VirtualProcess process, SimulatedFleet fleet, int number) {
      this.process = process;
      this.fleet = fleet;
      this.number = number;
      this.death = number < kills.size() ? Optional.of(kills.get(number).when()) : Optional.empty();
      this.effects = death.map(when -> new Effects(when, this::die)).orElseGet(Effects::none);
    }

    /** Another process that goes on with what this one left: its plan and its journal. */
    Controller successor(VirtualProcess of) {
      Controller next = new Controller(of, fleet, number + 1);
      next.plan = plan;
      return next;
    }

    boolean isDead() {
      return process.isKilled();
    }

    /** Nobody goes on after it. */
    boolean isTheLast() {
      return death.filter(Death.InSomeWave.class::isInstance).isPresent();
    }

    void run() {
      Task task = process.start("controller", this::carryOut);
      try {
        task.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private void die() {
      fleet.witness().tell(process.nanos(), "", Witness.What.KILLED, process.toString());
      process.kill();
    }

    private void carryOut() {
      Connector connector = fleet.connector(process, effects);
      if (plan.isEmpty()) {
        plan = plan(connector);
      }
      plan.ifPresent(made -> carryOut(made, connector));
    }

    private Optional<Plan> plan(Connector connector) {
      try {
        return Optional.of(
            new Planner(connector, process)
                .plan(
                    playbook,
                    gateways.stream().filter(gateway -> isSelected(gateway.name())).toList(),
                    front()));
      } catch (ProblemException impossible) {
        refused = Optional.of(String.valueOf(impossible.getMessage()));
        return Optional.empty();
      }
    }

    /** As the commands {@code apply} and {@code resume} do it. */
    private void carryOut(Plan made, Connector connector) {
      waves = made.waveNames();
      String id = playbook.name() + "-" + seed;
      Path file = folder.resolve(id + ".jsonl");
      if (Files.exists(file)) {
        RolloutState left = RolloutState.fold(Journal.read(file));
        known = Journal.read(file).size();
        if (left.end().isPresent()) {
          // The one before died right after its last line: there is nothing to go on with.
          lines.addAll(Journal.read(file));
          result = left.end().map(Event.Ended::result);
          return;
        }
        drawDeath();
        try (Journal journal = Journal.reopen(file, process.clock(), this::written)) {
          Scope scope = Scope.of(made).inEpoch(left.epoch() + 1);
          Rollout rollout = rollout(id, scope, connector, journal);
          // Without a first line nothing was begun, and the plan is applied again.
          result =
              left.started().isPresent()
                  ? rollout.resume(process.toString(), Optional.empty())
                  : rollout.run(id, "", process.toString());
        }
        return;
      }
      drawDeath();
      try (Journal journal = Journal.create(file, process.clock(), this::written)) {
        result = rollout(id, Scope.of(made), connector, journal).run(id, "", process.toString());
      }
    }

    private Rollout rollout(String id, Scope scope, Connector connector, Journal journal) {
      return new Rollout(
          scope,
          Calendar.OPEN,
          Rollout.over(
              id,
              scope,
              Optional.empty(),
              connector,
              fleet.snapshots(),
              new JournalingLog(journal, this),
              new SeededRandom(seed + number),
              new SimulatedProbes(fleet, process),
              process),
          journal,
          this::ordered,
          process);
    }

    private List<Event.Ordered> ordered() {
      List<Event.Ordered> all = List.copyOf(ordered);
      ordered.clear();
      return all;
    }

    private void drawDeath() {
      death.ifPresent(when -> {
        switch (when) {
          case Death.AfterLine(long line) -> killAfter = known + line;
          case Death.InLine(long line) -> killAfter = known + line;
          case Death.InSomeWave() -> killAfter = drawnLine();
          case Death.BeforeEffect _, Death.AfterEffect _ -> {}
        }
      });
    }

    /** Each wave is as likely as another, however large it is. */
    private long drawnLine() {
      Random random = new Random(seed);
      int wave = random.nextInt(waves.size());
      int before = waves.subList(0, wave).stream().mapToInt(List::size).sum();
      return 2L + (long) LINES * before + random.nextInt(LINES * waves.get(wave).size());
    }

    @Override
    public void written(JournalLine line) {
      if (line.seq() == killAfter && death.filter(Death.InLine.class::isInstance).isPresent()) {
        tear();
        die();
      }
      lines.add(line);
      if (line.seq() <= known) {
        return;
      }
      fleet.witness().journal(process.nanos(), line.body());
      hits.stream().filter(hit -> hit.line() == line.seq()).forEach(hit -> strike(hit.strike()));
      if (line.seq() == killAfter) {
        die();
      }
    }

    private void strike(Strike strike) {
      switch (strike) {
        case Strike.NetworkCut(Duration outage) -> fleet.cutAllLinks(outage);
        case Strike.ClockStep(Duration by) -> process.stepClock(by);
        case Strike.Of(String host, Mishap mishap) -> mishap.strike(fleet.machine(host));
        case Strike.Ordered(OrderWord order) -> ordered.add(new Event.Ordered(order, "anna", ""));
      }
    }

    /** Of the line that was written last, the second half never reached the disk. */
    private void tear() {
      Path file = folder.resolve(playbook.name() + "-" + seed + ".jsonl");
      try (FileChannel journal = FileChannel.open(file, StandardOpenOption.WRITE)) {
        byte[] bytes = Files.readAllBytes(file);
        int begin = bytes.length - 1;
        while (begin > 0 && bytes[begin - 1] != '\n') {
          begin--;
        }
        journal.truncate((begin + bytes.length) / 2);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void watched(String gateway, Tally tally, Duration leaseLeft) {}
  }
}
