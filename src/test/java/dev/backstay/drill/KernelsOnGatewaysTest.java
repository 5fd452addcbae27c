package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstay.drill.CommandInLab.Ended;
import dev.backstay.lab.Lab;
import dev.backstay.lab.LabHost;
import dev.backstay.rollout.GatewayState;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.RolloutState;
import dev.backstay.testing.LabExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Other kernels, and power that goes, on real gateways with clients. */
@Tag("lab")
@ExtendWith(LabExtension.class)
final class KernelsOnGatewaysTest {
  /** A machine that makes four kernels boot at once takes its time. */
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private static final int ROLLED_BACK = 3;

  private final Lab lab;
  private final CommandInLab command;

  KernelsOnGatewaysTest(Lab lab, @TempDir Path folder) throws Exception {
    this.lab = lab;
    this.command = new CommandInLab(lab, folder);
  }

  @Test
  void a_new_kernel_is_confirmed_and_then_taken_back_by_hand() throws Exception {
    String old = release("gw1");
    Ended there = apply("gw1", "lab2");
    assertThat(there.status()).as(there.output()).isZero();
    assertThat(release("gw1")).isEqualTo(old.replace("lab1", "lab2"));
    assertThat(grub("gw1")).contains("saved_entry=" + release("gw1"), "next_entry=");

    Ended back = command.run("rollback", rollout(), "-i", command.inventory());
    assertThat(back.status()).as(back.output()).isEqualTo(ROLLED_BACK);
    assertThat(release("gw1")).isEqualTo(old);
    assertThat(command.on("gw1", "ls /boot/vmlinuz-* | wc -l")).isEqualTo("1");
  }

  @Test
  void a_kernel_that_panics_after_a_minute_is_left_and_the_clients_are_back() throws Exception {
    String old = release("gw2");
    Ended ended = apply("gw2", "lab3");
    assertThat(ended.status()).as(ended.output()).isEqualTo(ROLLED_BACK);
    assertThat(release("gw2")).isEqualTo(old);
    assertThat(ended.output()).contains("old state read back; 20 of 20 clients");
  }

  @Test
  void a_kernel_without_network_is_left_by_the_gateway_alone() throws Exception {
    String old = release("gw3");
    Ended ended = apply("gw3", "lab5");
    assertThat(ended.status()).as(ended.output()).isEqualTo(ROLLED_BACK);
    assertThat(release("gw3")).isEqualTo(old);
  }

  @Test
  void pitfall_7_power_that_goes_while_packages_are_installed_leads_back_to_the_old_ones()
      throws Exception {
    Process controller =
        command.start(
            "apply",
            "--yes",
            "-i",
            command.inventory(),
            command.playbook("gw3", "1.0.1", "{silent: 100%}").toString());
    LabHost gateway = lab.host("gw3");
    await().atMost(PATIENCE).until(() -> state().map(g -> g.step().equals("apply")).orElse(false));
    gateway.powerOff();
    gateway.powerOn();
    Ended ended = CommandInLab.end(controller);
    assertThat(ended.status()).as(ended.output()).isEqualTo(ROLLED_BACK);
    assertThat(command.installed("gw3")).isEqualTo("1.0.0");
    assertThat(command.on("gw3", "dpkg --audit")).isEmpty();
  }

  private Ended apply(String gateway, String line) throws Exception {
    String wanted = release(gateway).replace("lab1", line);
    Path playbook =
        command.write(
            "playbooks/kernel.yaml",
            """
            kind: Playbook
            name: kernel
            select: %s
            change:
              kernel: {packages: {linux-image-%s: "1"}}
              activate: reboot
            waves: [1]
            observe: {baseline: 10s, window: 90s, kick: true}
            gates: {handshakes: {healthy: 0.5%%, broken: 10%%}, silent: 20%%, stalled: 10%%}
            lease: {apply: 180s, reboot: 180s, confirm: 60s}
            """
                .formatted(gateway, wanted));
    return command.run("apply", "--yes", "-i", command.inventory(), playbook.toString());
  }

  private String release(String gateway) throws Exception {
    return command.on(gateway, "uname -r");
  }

  private String grub(String gateway) throws Exception {
    return command.on(gateway, "grub-editenv list");
  }

  /** The only one of this test. */
  private String rollout() throws IOException {
    return RolloutState.fold(Journal.read(command.journals().getFirst())).id();
  }

  private Optional<GatewayState> state() throws IOException {
    return command.journals().stream()
        .flatMap(journal -> RolloutState.fold(Journal.read(journal)).gateways().values().stream())
        .findFirst();
  }
}
