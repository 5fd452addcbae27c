package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Planner;
import dev.backstay.rollout.Result;
import dev.backstay.ssh.Command;
import dev.backstay.ssh.Connector;
import dev.backstay.ssh.Outcome;
import dev.backstay.ssh.Shell;
import dev.backstay.ssh.Target;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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

  /** Hears each command line. */
  private record Listening(Connector connector, List<String> heard) implements Connector {
    @Override
    public Shell shared(Target target) {
      return new ListeningShell(connector.shared(target), heard);
    }

    @Override
    public Shell fresh(Target target) {
      return new ListeningShell(connector.fresh(target), heard);
    }

    @Override
    public void close() {
      connector.close();
    }
  }

  private record ListeningShell(Shell shell, List<String> heard) implements Shell {
    private Command hear(Command command) {
      synchronized (heard) {
        heard.add(command.line());
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
