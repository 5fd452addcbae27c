package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Result;
import dev.backstay.simulation.Witness.Seen;
import dev.backstay.simulation.Witness.What;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clients of a gateway are elsewhere while the real engine works on it, whatever happens. */
@Timeout(600)
final class TrafficTrialTest {
  private static final String SCRIPT = "#!/bin/sh\nexit 0\n";

  @TempDir private Path playbooks;
  private final Path folder = Fixture.folder();

  @BeforeEach
  void scripts() throws IOException {
    for (String name : List.of("drain", "shows", "return")) {
      Files.writeString(playbooks.resolve(name), SCRIPT);
    }
  }

  @AfterEach
  void clear() throws IOException {
    Fixture.empty(folder);
    Files.delete(folder);
  }

  private Playbook playbook() throws IOException {
    Path file = playbooks.resolve("play.yaml");
    Files.writeString(
        file,
        """
        kind: Playbook
        name: simulated
        select: all
        change:
          packages: {wireguard-dkms: 1.0.1}
          activate: reload-module
        waves: [1, rest]
        observe: {baseline: 10s, window: 60s}
        traffic:
          hosts: lb1
          drain: {apply: drain, verify: shows, revert: return, timeout: 5s}
          settle: 20s
        """);
    return PlaybookReader.read(file);
  }

  private Trial trial(Fate fate, Map<String, Mishaps.Blow> mishaps, List<Long> kills)
      throws IOException {
    Map<String, List<Mishaps.Blow>> blows = new HashMap<>();
    mishaps.forEach((host, blow) -> blows.put(host, List.of(blow)));
    List<Trial.Kill> deaths = new ArrayList<>();
    long before = 0;
    for (long line : kills) {
      deaths.add(new Trial.Kill(new Death.AfterLine(line - before), Duration.ZERO));
      before = line;
    }
    return new Trial(
        7,
        playbook(),
        Fixture.gateways(2),
        8,
        fate,
        blows,
        List.of(),
        deaths,
        Fixture.SECOND,
        folder);
  }

  @Test
  void each_gateway_is_drained_changed_brought_back_and_then_judged() throws IOException {
    Trial.Outcome outcome = trial(Fate.GOOD, Map.of(), List.of()).run();
    assertThat(outcome.result()).contains(Result.DONE);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
    assertThat(of("gw1", outcome))
        .containsExactly(What.DRAINED, What.APPLY, What.APPLIED, What.UNDRAINED, What.CONFIRMED);
    assertThat(steps("gw1", outcome))
        .containsExactly(
            "preflight",
            "baseline",
            "snapshot",
            "stage",
            "traffic",
            "arm",
            "drain",
            "apply",
            "reachable",
            "return",
            "observe",
            "confirm");
    assertThat(outcome.waves()).containsExactly(List.of("gw1"), List.of("gw2"));
  }

  @Test
  void a_module_that_does_not_load_harms_nobody_because_nobody_is_there() throws IOException {
    Trial.Outcome outcome = trial(new DrawnFate(7, 0, 10000, 0, 0, 0), Map.of(), List.of()).run();
    assertThat(outcome.result()).contains(Result.ROLLED_BACK);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
    assertThat(of("gw1", outcome))
        .containsExactly(What.DRAINED, What.APPLY, What.REVERTED, What.UNDRAINED);
    assertThat(outcome.ends().values()).allMatch(end -> end.lost() == 0 && end.cutOff() == 0);
  }

  @Test
  void clients_that_fail_when_they_come_back_take_the_change_back() throws IOException {
    Trial.Outcome outcome = trial(new DrawnFate(7, 10000, 0, 0, 0, 0), Map.of(), List.of()).run();
    assertThat(outcome.result()).contains(Result.ROLLED_BACK);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
    assertThat(of("gw1", outcome))
        .containsExactly(What.DRAINED, What.APPLY, What.APPLIED, What.UNDRAINED, What.REVERTED);
  }

  @Test
  void a_gateway_is_not_touched_when_its_traffic_host_cannot_be_reached() throws IOException {
    Trial.Outcome outcome =
        trial(
                Fate.GOOD,
                Map.of("lb1", new Mishaps.Blow(3, true, new Mishap.Unreachable())),
                List.of())
            .run();
    assertThat(outcome.seen())
        .noneMatch(seen -> seen.what() == What.APPLY && seen.gateway().startsWith("gw"));
    assertThat(outcome.result()).contains(Result.UNCHANGED);
  }

  @Test
  void a_gateway_that_its_clients_do_not_leave_is_not_touched_whatever_the_traffic_host_says()
      throws IOException {
    Fate stay =
        new Fate() {
          @Override
          public boolean loads(String gateway, String module) {
            return true;
          }

          @Override
          public Client.Behaviour behaviour(String gateway, int client, String module, int cut) {
            return Client.Behaviour.WORKS;
          }

          @Override
          public boolean drains(String gateway) {
            return false;
          }
        };
    Trial.Outcome outcome = trial(stay, Map.of(), List.of()).run();
    assertThat(outcome.result()).contains(Result.UNCHANGED);
    assertThat(of("gw1", outcome)).doesNotContain(What.APPLY);
    assertThat(outcome.lines())
        .anyMatch(line ->
            line.body() instanceof Event.StepEnded step
                && step.step().equals("drain")
                && step.result().equals("failed")
                && step.detail().equals("8 of 8 clients still send to it after 20 s"));
  }

  @Test
  void whatever_strikes_the_traffic_host_no_law_is_broken() throws IOException {
    for (int call = 2; call <= 22; call++) {
      for (Mishap mishap :
          List.of(
              new Mishap.LinkCut(Duration.ZERO),
              new Mishap.LinkCut(Duration.ofSeconds(300)),
              new Mishap.PowerCut(Duration.ofSeconds(30)),
              new Mishap.Unreachable())) {
        Trial.Outcome outcome =
            trial(Fate.GOOD, Map.of("lb1", new Mishaps.Blow(call, true, mishap)), List.of()).run();
        assertThat(Laws.brokenBy(outcome)).as("%s at call %d", mishap, call).isEmpty();
        Fixture.empty(folder);
      }
    }
  }

  /** Its lease brings them back later; until then somebody has to know. */
  @Test
  void clients_that_could_not_be_brought_back_are_a_matter_for_a_person() throws IOException {
    int seen = 0;
    for (int call = 5; call <= 22; call++) {
      Mishaps.Blow gone = new Mishaps.Blow(call, true, new Mishap.Unreachable());
      Trial.Outcome outcome = trial(Fate.GOOD, Map.of("lb1", gone), List.of()).run();
      Fixture.empty(folder);
      boolean away =
          of("gw1", outcome).contains(What.DRAINED)
              && steps("gw1", outcome).contains("return")
              && outcome.lines().stream()
                  .noneMatch(line ->
                      line.body() instanceof Event.StepEnded step
                          && step.gateway().equals("gw1")
                          && step.step().equals("return")
                          && step.result().equals("done"));
      if (away) {
        seen++;
        assertThat(outcome.result()).as("gone at call %d", call).contains(Result.PARTIAL);
        assertThat(outcome.lines())
            .as("gone at call %d", call)
            .anyMatch(line ->
                line.body() instanceof Event.GatewayEnded end
                    && end.gateway().equals("gw1")
                    && end.ending().equals("unknown")
                    && end.reason()
                        .contains(
                            "its clients may be elsewhere until the lease of lb1 is over: on"
                                + " each, /var/lib/backstay/programs/deadman revert"));
      }
    }
    assertThat(seen).isPositive();
  }

  @Test
  void a_controller_that_dies_after_any_line_and_one_that_goes_on_leave_nobody_away()
      throws IOException {
    int lines = trial(Fate.GOOD, Map.of(), List.of()).run().lines().size();
    Fixture.empty(folder);
    for (long line = 1; line <= lines; line++) {
      Trial.Outcome outcome = trial(Fate.GOOD, Map.of(), List.of(line)).run();
      assertThat(Laws.brokenBy(outcome)).as("killed after line %d", line).isEmpty();
      Fixture.empty(folder);
    }
  }

  @Test
  void a_controller_that_dies_for_good_leaves_the_old_state_first_and_then_the_clients_back()
      throws IOException {
    int lines = trial(Fate.GOOD, Map.of(), List.of()).run().lines().size();
    Fixture.empty(folder);
    for (long line = 2; line <= lines; line++) {
      Trial.Outcome outcome = trial(Fate.GOOD, Map.of(), List.of(line, 1L + line)).run();
      assertThat(Laws.brokenBy(outcome)).as("killed after line %d", line).isEmpty();
      Fixture.empty(folder);
    }
  }

  private static List<What> of(String gateway, Trial.Outcome outcome) {
    return outcome.seen().stream()
        .filter(seen -> seen.gateway().equals(gateway))
        .map(Seen::what)
        .toList();
  }

  private static List<String> steps(String gateway, Trial.Outcome outcome) {
    return outcome.lines().stream()
        .map(line -> line.body())
        .filter(Event.StepBegan.class::isInstance)
        .map(Event.StepBegan.class::cast)
        .filter(step -> step.gateway().equals(gateway))
        .map(Event.StepBegan::step)
        .toList();
  }
}
