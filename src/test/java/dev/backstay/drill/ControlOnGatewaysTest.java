package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstay.health.ControlGroup;
import dev.backstay.lab.Lab;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.GatewayState;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.RolloutState;
import dev.backstay.testing.LabExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway that is not changed tells what is lost anyway: clients are cut off from the one that
 * is, and from both.
 */
@Tag("lab")
@ExtendWith(LabExtension.class)
final class ControlOnGatewaysTest {
  private static final String CLIENTS = "clients";
  private static final String CHANGED = "198.18.0.11";
  private static final String BOTH = CHANGED + ", 198.18.0.13";

  private final CommandInLab command;

  ControlOnGatewaysTest(Lab lab, @TempDir Path folder) throws Exception {
    this.command = new CommandInLab(lab, folder);
    command.write(
        "playbooks/beside.yaml",
        """
        kind: Playbook
        name: beside
        select: [gw1, gw3]
        change: {packages: {backstay-lab-wireguard: 1.0.1}, activate: reload-module}
        waves: [1, rest]
        observe: {baseline: 10s, window: 40s, kick: true, control: 1}
        gates: {handshakes: {healthy: 0.5%, broken: 5%}, silent: 20%}
        lease: {apply: 120s, confirm: 60s}
        """);
  }

  @AfterEach
  void everybodyIsBack() throws Exception {
    command.on(CLIENTS, "nft delete table inet causes 2>/dev/null || :");
    for (String gateway : List.of("gw1", "gw3")) {
      command.on(
          gateway,
          "until [ $(wg show wg0 latest-handshakes | awk -v now=$(date +%s) '$2 > now - 120' | wc -l) -eq 20 ]; do sleep 1; done");
    }
  }

  @Test
  void what_is_lost_everywhere_is_no_verdict_on_the_change_and_nothing_of_it_stays()
      throws Exception {
    RolloutState state = cutOff(BOTH);
    assertThat(state.end().map(Event.Ended::result)).isPresent().get().isNotEqualTo(Result.DONE);
    Event.Judged judged = judged(state);
    assertThat(judged.verdict()).isEqualTo("inconclusive");
    assertThat(judged.reasons())
        .anyMatch(reason -> reason.contains("of gateways that were not changed are lost as well"));
    assertThat(control(judged).clients()).isEqualTo(20);
    assertThat(control(judged).thresholds()).containsEntry("gateways", "gw3");
    assertThat(command.installed("gw1")).isEqualTo("1.0.0");
  }

  @Test
  void what_only_the_changed_gateway_loses_is_a_failure() throws Exception {
    Event.Judged judged = judged(cutOff(CHANGED));
    assertThat(judged.verdict()).isEqualTo("fail");
    assertThat(control(judged).against()).isLessThan(5);
  }

  @Test
  void a_good_change_reaches_the_control_last() throws Exception {
    List<Path> before = command.journals();
    CommandInLab.Ended ended = CommandInLab.end(start());
    assertThat(ended.status()).as(ended.output()).isZero();
    RolloutState state = state(before);
    assertThat(state.waves()).containsExactly(List.of("gw1"), List.of("gw3"));
    assertThat(control(judged(state)).clients()).isEqualTo(20);
    String rollout = state.id();
    CommandInLab.Ended back = command.run("rollback", "-i", command.inventory(), rollout);
    assertThat(back.status()).as(back.output()).isEqualTo(3);
  }

  private Process start() throws IOException {
    return command.start("apply", "--yes", "-i", command.inventory(), "playbooks/beside.yaml");
  }

  /** From when the change begins, nothing of the clients comes to these gateways. */
  private RolloutState cutOff(String gateways) throws Exception {
    List<Path> before = command.journals();
    Process apply = start();
    await()
        .atMost(Duration.ofMinutes(5))
        .until(() -> !apply.isAlive() || begins(state(before).gateways().get("gw1")));
    command.on(
        CLIENTS,
        "nft 'add table inet causes; add chain inet causes output { type filter hook output priority 0; }; add rule inet causes output ip daddr { %s } udp dport 51820 drop'"
            .formatted(gateways));
    CommandInLab.end(apply);
    return state(before);
  }

  private static boolean begins(@Nullable GatewayState gateway) {
    return gateway != null && (gateway.step().equals("apply") || gateway.step().equals("observe"));
  }

  private static Event.Judged judged(RolloutState state) {
    return Objects.requireNonNull(state.gateways().get("gw1")).verdict().orElseThrow();
  }

  private static Event.Gate control(Event.Judged judged) {
    return judged.gates().stream()
        .filter(gate -> gate.gate().equals(ControlGroup.NAME))
        .findFirst()
        .orElseThrow();
  }

  private RolloutState state(List<Path> before) throws IOException {
    return command.journals().stream()
        .filter(path -> !before.contains(path))
        .findFirst()
        .map(path -> RolloutState.fold(Journal.read(path)))
        .orElseGet(() -> RolloutState.fold(List.of()));
  }
}
