package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstay.drill.CommandInLab.Ended;
import dev.backstay.lab.Lab;
import dev.backstay.lab.LabHost;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.RolloutState;
import dev.backstay.testing.LabExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a lease survives on a real gateway: a clock that is stepped, a disk without room. No
 * controller helps it.
 */
@Tag("lab")
@ExtendWith(LabExtension.class)
final class LeaseOnGatewaysTest {
  private static final String GATES =
      "{handshakes: {healthy: 0.5%, broken: 5%}, silent: 20%, stalled: 0}";

  private static final int ROLLED_BACK = 3;

  private final Lab lab;
  private final CommandInLab command;

  LeaseOnGatewaysTest(Lab lab, @TempDir Path folder) throws Exception {
    this.lab = lab;
    this.command = new CommandInLab(lab, folder);
  }

  @Test
  void a_clock_that_steps_an_hour_forward_does_not_end_a_lease_early() throws Exception {
    LabHost gateway = lab.host("gw1");
    Process controller = start("gw1", "1.0.1");
    untilStep("gw1", "observe");
    gateway.stepClock(Duration.ofHours(1));
    try {
      Ended ended = CommandInLab.end(controller);
      // Whatever the verdict is, it is the controller's: the gateway has not gone back by itself.
      assertThat(ended.output()).doesNotContain("lease is over", "lease ran out");
      assertThat(ended.status()).as(ended.output()).isZero();
      assertThat(command.lease("gw1")).startsWith("state\tconfirmed\n");
      assertThat(command.installed("gw1")).isEqualTo("1.0.1");
    } finally {
      gateway.stepClock(Duration.ofHours(-1));
    }
    assertThat(command.run("rollback", rollout(), "-i", command.inventory()).status())
        .isEqualTo(ROLLED_BACK);
  }

  @Test
  void a_clock_that_steps_an_hour_back_does_not_make_a_lease_longer() throws Exception {
    LabHost gateway = lab.host("gw2");
    killedWhileObserving("gw2");
    gateway.stepClock(Duration.ofHours(-1));
    try {
      // Far less than the hour.
      goesBackAlone("gw2", Duration.ofMinutes(8));
    } finally {
      gateway.stepClock(Duration.ofHours(1));
    }
    Ended resumed = command.run("resume", rollout(), "-i", command.inventory());
    assertThat(resumed.status()).as(resumed.output()).isEqualTo(ROLLED_BACK);
  }

  @Test
  void a_disk_without_room_does_not_stop_the_way_back() throws Exception {
    LabHost gateway = lab.host("gw3");
    killedWhileObserving("gw3");
    assertThat(gateway.fillDisk()).isPositive();
    try {
      goesBackAlone("gw3", Duration.ofMinutes(8));
    } finally {
      gateway.freeDisk();
    }
    Ended resumed = command.run("resume", rollout(), "-i", command.inventory());
    assertThat(resumed.status()).as(resumed.output()).isEqualTo(ROLLED_BACK);
  }

  private void goesBackAlone(String gateway, Duration limit) throws Exception {
    await()
        .atMost(limit)
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> command.lease(gateway).startsWith("state\treverted\n"));
    assertThat(command.installed(gateway)).isEqualTo("1.0.0");
    assertThat(command.on(gateway, "dpkg --audit")).isEmpty();
  }

  private void killedWhileObserving(String gateway) throws Exception {
    Process controller = start(gateway, "1.1.0");
    untilStep(gateway, "observe");
    CommandInLab.kill(controller);
    assertThat(command.installed(gateway)).isEqualTo("1.1.0");
  }

  private Process start(String gateway, String version) throws IOException {
    Path playbook = command.playbook(gateway, version, GATES);
    return command.start("apply", "--yes", "-i", command.inventory(), playbook.toString());
  }

  private void untilStep(String gateway, String step) {
    await()
        .atMost(Duration.ofMinutes(5))
        .until(() ->
            command.journals().stream()
                .map(journal -> RolloutState.fold(Journal.read(journal)).gateways().get(gateway))
                .anyMatch(state -> state != null && state.step().equals(step)));
  }

  /** The only one of this test. */
  private String rollout() throws IOException {
    return RolloutState.fold(Journal.read(command.journals().getFirst())).id();
  }
}
