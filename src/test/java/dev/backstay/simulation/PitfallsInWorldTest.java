package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.health.Tally;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.rollout.Calendar;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.JournalingLog;
import dev.backstay.rollout.Orders;
import dev.backstay.rollout.Planner;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.Rollout;
import dev.backstay.rollout.Scope;
import dev.backstay.rollout.Spectator;
import dev.backstay.ssh.Command;
import dev.backstay.ssh.Connector;
import dev.backstay.ssh.Outcome;
import dev.backstay.ssh.Shell;
import dev.backstay.ssh.Target;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes wrong elsewhere, looked for in whole rollouts of the real engine. */
final class PitfallsInWorldTest {
  private final Path folder = Fixture.folder();

  @AfterEach
  void clear() throws IOException {
    Fixture.empty(folder);
    Files.delete(folder);
  }

  @Test
  void pitfall_8_the_lease_is_armed_before_anything_is_applied() {
    Trial.Outcome outcome = Fixture.trial(8, 4, "[1, rest]", folder).run();
    assertThat(outcome.result()).contains(Result.DONE);
    for (int i = 1; i <= 4; i++) {
      List<String> steps = steps("gw" + i, outcome.lines());
      assertThat(steps).contains("arm done", "apply began");
      assertThat(steps.indexOf("arm done")).isLessThan(steps.indexOf("apply began"));
    }
  }

  @Test
  void pitfall_8_where_the_timer_cannot_be_proved_nothing_is_applied() {
    Trial whole = Fixture.trial(8, 2, "[rest]", folder);
    for (int line = 1; line < 12; line++) {
      Trial.Outcome outcome =
          new Trial(
                  whole.seed(),
                  whole.playbook(),
                  whole.gateways(),
                  whole.clients(),
                  whole.fate(),
                  Map.of("gw1", List.of(new Mishaps.Blow(line, true, new Mishap.TimerStopped()))),
                  List.of(),
                  List.of(),
                  whole.sample(),
                  folder)
              .run();
      List<String> steps = steps("gw1", outcome.lines());
      if (!steps.contains("arm done")) {
        assertThat(steps).as("struck at %d", line).doesNotContain("apply began");
        assertThat(outcome.result()).as("struck at %d", line).isNotEqualTo(Result.DONE);
      }
      assertThat(Laws.brokenBy(outcome)).as("struck at %d", line).isEmpty();
      Fixture.empty(folder);
    }
  }

  /**
   * Clients that leave by themselves look like clients that a change has lost. A share that is
   * wrong for them stops a rollout that was good, and never lets one through that was not.
   */
  @Test
  void pitfall_24_more_churn_than_the_playbook_expects_stops_a_good_version_and_leaves_nothing() {
    Set<Result> results = EnumSet.noneOf(Result.class);
    for (int seed = 1; seed <= 20; seed++) {
      Trial.Outcome outcome =
          Fixture.trial(seed, 3, "[1, rest]", folder)
              .with(new DrawnFate(seed, 0, 0, 0, 0, SIXTY_PERCENT))
              .run();
      Fixture.empty(folder);
      assertThat(Laws.brokenBy(outcome)).as("seed %d", seed).isEmpty();
      assertThat(outcome.ends().values()).as("seed %d", seed).noneMatch(Trial.End::changed);
      outcome.result().ifPresent(results::add);
    }
    // Where nobody is left at the end, a person is asked to look.
    assertThat(results).isSubsetOf(Result.ROLLED_BACK, Result.INCONCLUSIVE, Result.PARTIAL);
  }

  @Test
  void a_verdict_that_is_no_pass_says_what_is_known_of_such_versions() {
    String known = "known: many handshakes at once stall the data of everybody";
    Trial good = Fixture.trial(3, 1, "[1]", folder);
    assertThat(reasons(good.run())).isNotEmpty().noneMatch(reason -> reason.startsWith(known));
    Fixture.empty(folder);
    Trial.Outcome bad = good.with(new DrawnFate(3, 0, 0, 0, 0, SIXTY_PERCENT)).run();
    assertThat(reasons(bad)).anyMatch(reason -> reason.startsWith(known));
  }

  private static List<String> reasons(Trial.Outcome outcome) {
    return outcome.lines().stream()
        .map(JournalLine::body)
        .flatMap(event ->
            event instanceof Event.Judged judged ? judged.reasons().stream() : Stream.empty())
        .toList();
  }

  private static final int SIXTY_PERCENT = 6000;

  private static List<String> steps(String gateway, List<JournalLine> lines) {
    List<String> steps = new ArrayList<>();
    for (JournalLine line : lines) {
      switch (line.body()) {
        case Event.StepBegan began when began.gateway().equals(gateway) ->
            steps.add(began.step() + " began");
        case Event.StepEnded ended when ended.gateway().equals(gateway) ->
            steps.add(ended.step() + " " + ended.result());
        case Event other -> {}
      }
    }
    return steps;
  }

  @Test
  void pitfall_21_a_plan_runs_nothing_on_a_gateway_but_the_program_that_reads_facts() {
    Playbook playbook = Fixture.playbook("[1, rest]");
    List<Gateway> gateways = Fixture.gateways(3);
    List<String> heard = new ArrayList<>();
    VirtualTime.run(
        21,
        world -> {
          SimulatedFleet fleet =
              SimulatedFleet.of(
                  world,
                  21,
                  gateways,
                  playbook.change(),
                  2,
                  Fate.GOOD,
                  new Mishaps(Map.of()),
                  Optional.empty(),
                  Fixture.SECOND);
          Connector listening = new Listening(fleet.connector(world, Effects.none()), heard);
          assertThat(new Planner(listening, world).plan(playbook, gateways).size()).isEqualTo(3);
          assertThat(fleet.witness().seen()).as("nothing happened on any gateway").isEmpty();
          assertThat(fleet.machines()).allMatch(machine -> machine.programs.isEmpty());
          return "";
        });
    assertThat(heard)
        .as("one command a gateway, the same for all")
        .hasSize(3)
        .allMatch(line -> line.matches(".*\\bfacts\\b.* wireguard-dkms.*"))
        .allMatch(line -> !line.contains("/var/lib/backstay"));
  }

  @Test
  void pitfall_13_who_is_reached_and_who_confirms_is_dialled_anew() {
    Playbook playbook = Fixture.playbook("[1]");
    List<Gateway> gateways = Fixture.gateways(1);
    List<String> heard = new ArrayList<>();
    VirtualTime.run(
        13,
        world -> {
          SimulatedFleet fleet =
              SimulatedFleet.of(
                  world,
                  13,
                  gateways,
                  playbook.change(),
                  8,
                  Fate.GOOD,
                  new Mishaps(Map.of()),
                  Optional.empty(),
                  Fixture.SECOND);
          Connector listening = new Listening(fleet.connector(world, Effects.none()), heard);
          Scope scope = Scope.of(new Planner(listening, world).plan(playbook, gateways));
          try (Journal journal =
              Journal.create(
                  folder.resolve("journal"),
                  world.clock(),
                  line -> {
                    if (line.body() instanceof Event.StepBegan step) {
                      heard.add("step " + step.step());
                    }
                  })) {
            return new Rollout(
                    scope,
                    Calendar.OPEN,
                    Rollout.over(
                        "r",
                        scope,
                        Optional.empty(),
                        listening,
                        fleet.snapshots(),
                        new JournalingLog(journal, NOBODY_LOOKS),
                        new SeededRandom(13),
                        world),
                    journal,
                    Orders.NONE,
                    world)
                .run("r", "", "anna")
                .orElseThrow();
          }
        });
    assertThat(during("reachable", heard)).isNotEmpty().allMatch(line -> line.startsWith(FRESH));
    assertThat(during("confirm", heard)).isNotEmpty().allMatch(line -> line.startsWith(FRESH));
    // The twin: what proves nothing about a new connection goes over the old one.
    assertThat(during("stage", heard)).isNotEmpty().noneMatch(line -> line.startsWith(FRESH));
  }

  private static List<String> during(String step, List<String> heard) {
    return heard.stream()
        .dropWhile(line -> !line.equals("step " + step))
        .skip(1)
        .takeWhile(line -> !line.startsWith("step "))
        .toList();
  }

  private static final String FRESH = "over a new connection: ";

  private static final Spectator NOBODY_LOOKS =
      new Spectator() {
        @Override
        public void written(JournalLine line) {}

        @Override
        public void watched(String gateway, Tally tally, Duration leaseLeft) {}
      };

  /** Hears each command line, and whether it went over a connection of its own. */
  private record Listening(Connector connector, List<String> heard) implements Connector {
    @Override
    public Shell shared(Target target) {
      return new ListeningShell(connector.shared(target), heard, "");
    }

    @Override
    public Shell fresh(Target target) {
      return new ListeningShell(connector.fresh(target), heard, FRESH);
    }

    @Override
    public void close() {
      connector.close();
    }
  }

  private record ListeningShell(Shell shell, List<String> heard, String way) implements Shell {
    private Command hear(Command command) {
      synchronized (heard) {
        heard.add(way + command.line());
      }
      return command;
    }

    @Override
    public String gateway() {
      return shell.gateway();
    }

    @Override
    public Outcome run(Command command) {
      return shell.run(hear(command));
    }

    @Override
    public Outcome run(Command command, OutputStream output) {
      return shell.run(hear(command), output);
    }

    @Override
    public Stream stream(Command command, Consumer<String> line) {
      return shell.stream(hear(command), line);
    }

    @Override
    public Conversation converse(Command command) throws IOException {
      return shell.converse(hear(command));
    }

    @Override
    public void close() {
      shell.close();
    }
  }
}
