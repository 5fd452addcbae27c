package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstay.cli.Main;
import dev.backstay.lab.Lab;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.RolloutState;
import dev.backstay.testing.LabExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command against real kernels: what each gate catches, and that nothing else would have caught
 * it. Each test has a gateway of its own, since a gate that is switched off leaves a broken module
 * behind.
 */
@Tag("lab")
@ExtendWith(LabExtension.class)
final class BadVersionsTest {
  private static final String PACKAGE = "backstay-lab-wireguard";
  private static final String GATES =
      "{handshakes: {healthy: 0.5%, broken: 5%}, silent: 20%, stalled: 0}";

  @TempDir private Path folder;

  @BeforeEach
  void working_directory(Lab lab) throws Exception {
    assertThat(finish(backstay(lab, "init"))).isZero();
  }

  @Test
  void no_handshakes_at_all_are_caught(Lab lab) throws Exception {
    RolloutState caught = apply(lab, "gw1", "1.1.0", GATES);
    assertThat(result(caught)).contains(Result.ROLLED_BACK);
    assertThat(verdict(caught, "gw1").reasons())
        .anySatisfy(reason -> assertThat(reason).contains("completed no handshake"));
    assertThat(installed(lab, "gw1")).isEqualTo("1.0.0");
  }

  @Test
  void a_dead_controller_is_survived_by_the_timer_on_the_gateway_alone(Lab lab) throws Exception {
    RolloutState orphaned = killedWhileObserving(lab, "gw1");
    assertThat(orphaned.end()).isEmpty();
    output(lab, "gw1", "systemctl stop backstay-deadman.timer");
    await()
        .atMost(Duration.ofMinutes(8))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> lease(lab, "gw1").contains("remaining\t0\n"));
    assertThat(lease(lab, "gw1")).startsWith("state\tapplied\n");
    assertThat(installed(lab, "gw1")).isEqualTo("1.1.0");

    output(lab, "gw1", "systemctl start backstay-deadman.timer");
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> lease(lab, "gw1").startsWith("state\treverted\n"));
    assertThat(installed(lab, "gw1")).isEqualTo("1.0.0");
  }

  @Test
  void one_client_in_ten_is_caught_by_the_gate_for_handshakes_alone(Lab lab) throws Exception {
    RolloutState caught = apply(lab, "gw2", "1.1.1", GATES);
    assertThat(result(caught)).contains(Result.ROLLED_BACK);
    assertThat(verdict(caught, "gw2").reasons())
        .containsExactly("2 of 20 clients completed no handshake (limit 5%)");
    assertThat(installed(lab, "gw2")).isEqualTo("1.0.0");

    RolloutState missed =
        apply(lab, "gw2", "1.1.1", "{handshakes: {healthy: 20%, broken: 50%}, silent: 20%}");
    assertThat(result(missed)).contains(Result.DONE);
    assertThat(installed(lab, "gw2")).isEqualTo("1.1.1");
  }

  @Test
  void dead_data_is_caught_by_the_gate_for_stalled_data_alone(Lab lab) throws Exception {
    RolloutState caught = apply(lab, "gw3", "1.1.2", GATES);
    assertThat(result(caught)).contains(Result.ROLLED_BACK);
    assertThat(verdict(caught, "gw3").reasons())
        .allSatisfy(reason -> assertThat(reason).contains("data does not flow"));
    assertThat(installed(lab, "gw3")).isEqualTo("1.0.0");

    RolloutState refused = apply(lab, "gw3", "1.1.3", GATES);
    assertThat(result(refused)).contains(Result.ROLLED_BACK);
    assertThat(installed(lab, "gw3")).isEqualTo("1.0.0");

    RolloutState missed = apply(lab, "gw3", "1.1.2", "{stalled: 100%}");
    assertThat(result(missed)).contains(Result.DONE);
    assertThat(installed(lab, "gw3")).isEqualTo("1.1.2");
  }

  private RolloutState apply(Lab lab, String gateway, String version, String gates)
      throws Exception {
    List<Path> before = journals();
    finish(start(lab, gateway, version, gates));
    return state(before);
  }

  private Process start(Lab lab, String gateway, String version, String gates) throws IOException {
    Path playbook = folder.resolve("playbooks/bad.yaml");
    Files.writeString(
        playbook,
        """
        kind: Playbook
        name: module
        select: %s
        change:
          packages: {%s: %s}
          activate: reload-module
        waves: [1]
        observe: {baseline: 10s, window: 45s, kick: true}
        gates: %s
        lease: {apply: 120s, confirm: 30s}
        """
            .formatted(gateway, PACKAGE, version, gates));
    String inventory = lab.directory().orElseThrow().resolve("inventory.yaml").toString();
    return backstay(lab, "apply", "--yes", "-i", inventory, playbook.toString());
  }

  /** The controller gets no chance to tidy anything. */
  private RolloutState killedWhileObserving(Lab lab, String gateway) throws Exception {
    List<Path> before = journals();
    Process controller = start(lab, gateway, "1.1.0", GATES);
    await()
        .atMost(Duration.ofMinutes(5))
        .until(() ->
            Optional.ofNullable(state(before).gateways().get(gateway))
                .filter(g -> g.step().equals("observe"))
                .isPresent());
    controller.descendants().forEach(ProcessHandle::destroyForcibly);
    controller.destroyForcibly().waitFor();
    return state(before);
  }

  private static Optional<Result> result(RolloutState state) {
    return state.end().map(Event.Ended::result);
  }

  private static Event.Judged verdict(RolloutState state, String gateway) {
    return Objects.requireNonNull(state.gateways().get(gateway)).verdict().orElseThrow();
  }

  private RolloutState state(List<Path> before) throws IOException {
    return journals().stream()
        .filter(path -> !before.contains(path))
        .findFirst()
        .map(path -> RolloutState.fold(Journal.read(path)))
        .orElseGet(() -> RolloutState.fold(List.of()));
  }

  private List<Path> journals() throws IOException {
    Path rollouts = folder.resolve(".backstay/rollouts");
    if (!Files.isDirectory(rollouts)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(rollouts)) {
      return entries.map(entry -> entry.resolve("journal.jsonl")).filter(Files::exists).toList();
    }
  }

  private Process backstay(Lab lab, String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(words));
    return lab.command(command).directory(folder.toFile()).inheritIO().start();
  }

  private static int finish(Process process) throws InterruptedException {
    return process.waitFor();
  }

  private String installed(Lab lab, String gateway) throws Exception {
    return output(lab, gateway, "dpkg-query -W -f '${Version}' " + PACKAGE);
  }

  private String lease(Lab lab, String gateway) throws Exception {
    return output(lab, gateway, "/var/lib/backstay/programs/deadman status");
  }

  private String output(Lab lab, String gateway, String command) throws Exception {
    Path config = lab.directory().orElseThrow().resolve("ssh_config");
    Process process =
        lab.command(List.of("ssh", "-F", config.toString(), gateway, command))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return text.strip();
  }
}
