package dev.backstay.simulation;

import dev.backstay.health.Tally;
import dev.backstay.inventory.Front;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.Traffic;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Calendar;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.JournalingLog;
import dev.backstay.rollout.Orders;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.Planner;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.Rollout;
import dev.backstay.rollout.Scope;
import dev.backstay.rollout.Spectator;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Task;
import dev.backstay.transaction.Order;
import java.nio.file.Path;
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
 * @param kills after which line of the journal the controller dies, once for each controller: the
 *     first, the one that goes on after it, and so on; those that have none live
 * @param sample between two lines of a collector
 * @param folder for journals; best in memory
 */
record Trial(
    long seed,
    Playbook playbook,
    List<Gateway> gateways,
    int clients,
    Fate fate,
    Map<String, Mishaps.Blow> mishaps,
    List<Long> kills,
    Duration sample,
    Path folder) {
  /** For {@link #kills}: after a line of a wave that is drawn as well. */
  static final long IN_SOME_WAVE = 0;

  /** So many lines has the journal of a gateway that passes. */
  private static final int LINES = 21;

  /** A gateway that lost its power needs this for coming back and undoing. */
  private static final Duration BOOT_AND_REVERT = Duration.ofMinutes(10);

  /** A lease may be renewed to three times its length. */
  private static final int LONGEST_LEASE = 3;

  /**
   * What came of it.
   *
   * @param result as the last controller saw it; empty if it was killed
   * @param lines of the last journal
   * @param began how often a controller was started
   * @param refused why no plan was made
   */
  record Outcome(
      Optional<Result> result,
      List<JournalLine> lines,
      List<List<String>> waves,
      int began,
      Optional<String> refused,
      List<Witness.Seen> seen,
      Map<String, End> ends,
      Duration took) {}

  /**
   * What a gateway is really like at the end.
   *
   * @param changed whether it has the new version
   * @param lease the state of its last one; {@code none} if it never had one
   * @param cutOff clients that a new version had cut off at some time
   * @param lost clients that are cut off now
   */
  record End(boolean changed, String lease, int cutOff, int lost) {}

  Trial killedAfter(List<Long> lines) {
    return new Trial(seed, playbook, gateways, clients, fate, mishaps, lines, sample, folder);
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
            playbook.change().packages(),
            clients,
            fate,
            new Mishaps(mishaps),
            sample);
    front().hosts().forEach(host -> fleet.behind(world, seed, host));
    List<Controller> controllers = new ArrayList<>();
    long began = world.nanos();
    Optional<Plan> plan = Optional.empty();
    int known = 0;
    for (int i = 0; i <= kills.size(); i++) {
      Controller controller =
          new Controller(world.process("controller " + i), fleet, i, plan, known);
      controllers.add(controller);
      controller.run();
      plan = controller.plan;
      known = controller.lines.size();
      if (controller.result.isPresent() || controller.refused.isPresent()) {
        break;
      }
      if (kills.get(i) == IN_SOME_WAVE) {
        break;
      }
    }
    long took = world.nanos() - began;
    pass(world, leaseEnd());
    Controller last = controllers.getLast();
    return new Outcome(
        last.result,
        last.lines,
        last.waves,
        controllers.size(),
        last.refused,
        fleet.witness().seen(),
        fleet.machines().stream().collect(Collectors.toMap(m -> m.name, Machine::end)),
        Duration.ofNanos(took));
  }

  private Duration leaseEnd() {
    return playbook
        .lease()
        .apply()
        .plus(playbook.observe().window())
        .plus(playbook.lease().confirm())
        .multipliedBy(LONGEST_LEASE)
        .plus(BOOT_AND_REVERT)
        .plus(playbook.traffic().map(this::awayAtMost).orElse(Duration.ZERO));
  }

  private Duration awayAtMost(Traffic traffic) {
    return Order.awayAtMost(playbook, traffic);
  }

  /** What the playbook asks to send clients elsewhere. */
  private Front front() {
    return new Front(
        playbook.traffic().stream()
            .flatMap(traffic -> traffic.hosts().stream())
            .map(Simulation::host)
            .toList());
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
    private Optional<Result> result = Optional.empty();
    private Optional<String> refused = Optional.empty();
    private Optional<Plan> plan;
    private final int known;
    private List<List<String>> waves = List.of();
    private final List<JournalLine> lines = new ArrayList<>();
    private long killAfter = Long.MAX_VALUE;

    /**
     * @param plan that an earlier one made; empty for the first
     * @param known lines of the journal that were heard already
     */
    Controller(
        VirtualProcess process, SimulatedFleet fleet, int number, Optional<Plan> plan, int known) {
      this.process = process;
      this.fleet = fleet;
      this.number = number;
      this.plan = plan;
      this.known = known;
    }

    void run() {
      Task task = process.start("controller", this::carryOut);
      try {
        task.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private void carryOut() {
      Connector connector = fleet.connector(process);
      if (number == 0) {
        plan = plan(connector);
      }
      plan.ifPresent(made -> carryOut(made, connector));
    }

    private Optional<Plan> plan(Connector connector) {
      try {
        return Optional.of(new Planner(connector, process).plan(playbook, gateways, front()));
      } catch (ProblemException impossible) {
        refused = Optional.of(String.valueOf(impossible.getMessage()));
        return Optional.empty();
      }
    }

    private void carryOut(Plan made, Connector connector) {
      waves = made.waveNames();
      if (number < kills.size()) {
        killAfter = kills.get(number) == IN_SOME_WAVE ? drawnLine() : kills.get(number);
      }
      String id = playbook.name() + "-" + seed;
      Path file = folder.resolve(id + ".jsonl");
      try (Journal journal =
          number == 0
              ? Journal.create(file, process.clock(), this::written)
              : Journal.reopen(file, process.clock(), this::written)) {
        Rollout rollout =
            new Rollout(
                Scope.of(made),
                Calendar.OPEN,
                Rollout.over(
                    id,
                    Scope.of(made),
                    Optional.empty(),
                    connector,
                    fleet.snapshots(),
                    new JournalingLog(journal, this),
                    new SeededRandom(seed + number),
                    process),
                journal,
                Orders.NONE,
                process);
        result =
            number == 0
                ? rollout.run(id, "", process.toString())
                : rollout.resume(process.toString(), Optional.empty());
      }
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
      lines.add(line);
      if (line.seq() <= known) {
        return;
      }
      fleet.witness().journal(process.nanos(), line.body());
      if (line.seq() == killAfter) {
        fleet
            .witness()
            .tell(process.nanos(), "", Witness.What.KILLED, process + " after line " + line.seq());
        process.kill();
      }
    }

    @Override
    public void watched(String gateway, Tally tally, Duration leaseLeft) {}
  }
}
