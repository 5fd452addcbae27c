package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstay.lab.Lab;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.RolloutState;
import dev.backstay.testing.LabExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command against real kernels: what each gate catches, and that nothing else would have caught
 * it. Each test has a gateway of its own; where a gate was switched off, the broken module is taken
 * back by hand at the end.
 */
@Tag("lab")
@ExtendWith(LabExtension.class)
final class BadVersionsTest {
  private static final String GATES =
      "{handshakes: {healthy: 0.5%, broken: 5%}, silent: 20%, stalled: 0}";

  private final CommandInLab command;

  BadVersionsTest(Lab lab, @TempDir Path folder) throws Exception {
    this.command = new CommandInLab(lab, folder);
  }

  @Test
  void no_handshakes_at_all_are_caught() throws Exception {
    RolloutState caught = rolledBack("gw1", "1.1.0");
    assertThat(verdict(caught, "gw1").reasons())
        .anySatisfy(reason -> assertThat(reason).contains("completed no handshake"));
  }

  @Test
  void pitfall_19_a_dead_controller_is_survived_by_the_timer_on_the_gateway_alone()
      throws Exception {
    RolloutState orphaned = killedWhileObserving("gw1");
    assertThat(orphaned.end()).isEmpty();
    command.on("gw1", "systemctl stop backstay-deadman.timer");
    await()
        .atMost(Duration.ofMinutes(8))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> command.lease("gw1").contains("remaining\t0\n"));
    assertThat(command.lease("gw1")).startsWith("state\tapplied\n");
    assertThat(command.installed("gw1")).isEqualTo("1.1.0");

    command.on("gw1", "systemctl start backstay-deadman.timer");
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> command.lease("gw1").startsWith("state\treverted\n"));
    assertThat(command.installed("gw1")).isEqualTo("1.0.0");
  }

  @Test
  void one_client_in_ten_is_caught_by_the_gate_for_handshakes_alone() throws Exception {
    RolloutState caught = rolledBack("gw2", "1.1.1");
    assertThat(verdict(caught, "gw2").reasons())
        .containsExactly("2 of 20 clients completed no handshake (limit 5%)");

    RolloutState missed =
        apply("gw2", "1.1.1", "{handshakes: {healthy: 20%, broken: 50%}, silent: 20%}");
    assertThat(result(missed)).contains(Result.DONE);
    assertThat(command.installed("gw2")).isEqualTo("1.1.1");
    takeBackByHand("gw2");
  }

  @Test
  void pitfall_48_dead_data_is_caught_by_the_gate_for_stalled_data_alone() throws Exception {
    RolloutState caught = rolledBack("gw3", "1.1.2");
    assertThat(verdict(caught, "gw3").reasons())
        .isNotEmpty()
        .allSatisfy(reason -> assertThat(reason).contains("data does not flow"));

    rolledBack("gw3", "1.1.3");

    RolloutState missed = apply("gw3", "1.1.2", "{stalled: 100%}");
    assertThat(result(missed)).contains(Result.DONE);
    assertThat(command.installed("gw3")).isEqualTo("1.1.2");
    takeBackByHand("gw3");
  }

  /** What a person at the gateway can do without any controller; the next test finds it sound. */
  private void takeBackByHand(String gateway) throws Exception {
    command.on(gateway, "/var/lib/backstay/programs/deadman revert the gate was off");
    assertThat(command.installed(gateway)).isEqualTo("1.0.0");
  }

  /** With all gates on: taken back, and the old version installed. */
  private RolloutState rolledBack(String gateway, String version) throws Exception {
    RolloutState state = apply(gateway, version, GATES);
    assertThat(result(state)).contains(Result.ROLLED_BACK);
    assertThat(command.installed(gateway)).isEqualTo("1.0.0");
    return state;
  }

  private RolloutState apply(String gateway, String version, String gates) throws Exception {
    List<Path> before = command.journals();
    CommandInLab.end(start(gateway, version, gates));
    return state(before);
  }

  private Process start(String gateway, String version, String gates) throws Exception {
    Path playbook = command.playbook(gateway, version, gates);
    return command.start("apply", "--yes", "-i", command.inventory(), playbook.toString());
  }

  /** The controller gets no chance to tidy anything. */
  private RolloutState killedWhileObserving(String gateway) throws Exception {
    List<Path> before = command.journals();
    Process controller = start(gateway, "1.1.0", GATES);
    await()
        .atMost(Duration.ofMinutes(5))
        .until(() ->
            Optional.ofNullable(state(before).gateways().get(gateway))
                .filter(g -> g.step().equals("observe"))
                .isPresent());
    CommandInLab.kill(controller);
    return state(before);
  }

  private static Optional<Result> result(RolloutState state) {
    return state.end().map(Event.Ended::result);
  }

  private static Event.Judged verdict(RolloutState state, String gateway) {
    return Objects.requireNonNull(state.gateways().get(gateway)).verdict().orElseThrow();
  }

  private RolloutState state(List<Path> before) throws IOException {
    return command.journals().stream()
        .filter(path -> !before.contains(path))
        .findFirst()
        .map(path -> RolloutState.fold(Journal.read(path)))
        .orElseGet(() -> RolloutState.fold(List.of()));
  }
}
