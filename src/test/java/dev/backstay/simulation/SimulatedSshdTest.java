package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.gateway.ChangeStatus;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.gateway.Lease;
import dev.backstay.gateway.LeaseStatus;
import dev.backstay.gateway.Observation;
import dev.backstay.ssh.Connector;
import dev.backstay.ssh.Shell;
import dev.backstay.ssh.SshConnector;
import dev.backstay.ssh.SshSettings;
import dev.backstay.time.Mailbox;
import dev.backstay.time.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way: our client, a real SSH server, and the model behind it. */
final class SimulatedSshdTest {
  /** The model's seconds are hundredths here. */
  private static final double FAST = 0.01;

  private static final String NONCE = "00112233445566778899aabbccddeeff";

  @TempDir Path folder;

  @Test
  void a_change_is_armed_applied_watched_and_confirmed_over_ssh() throws Exception {
    Machine machine =
        new Machine(
            "gw1",
            Time.real(),
            new Random(1),
            new Witness(),
            Fate.GOOD,
            Outfit.of(Map.of("m", Outfit.BEFORE)),
            Outfit.of(Map.of("m", "1.1")),
            Map.of("m", Set.of(Outfit.BEFORE, "1.1")),
            SimulatedFleet.clients(5, new Random(1)),
            true);
    machine.slowDown(FAST);
    try (SimulatedSshd server = new SimulatedSshd(machine, folder);
        Connector connector = new SshConnector(SshSettings.defaults())) {
      GatewayPrograms programs = new GatewayPrograms(connector.shared(server.target()));

      Facts facts = programs.facts(Set.of("m"));
      assertThat(facts.moduleLoaded()).isEqualTo("SRC0-before");
      assertThat(facts.interfaces()).hasSize(1);

      programs.install();
      assertThat(
              programs.stage(
                  "rollout\tr1\n"
                      + "attempt\t1\n"
                      + "gateway\tgw1\n"
                      + "package\tm\t0-before\t1.1\n"
                      + "activate\treload-module\n"
                      + "kick\tyes\n"
                      + "interface\twg0\n"))
          .hasSize(2);
      Mailbox<Observation> seen = Time.real().mailbox();
      try (Shell.Stream stream =
          programs.observe("x", List.of("wg0"), Duration.ofMinutes(1), seen::put)) {
        programs.arm(
            new Lease(
                "r1", 1, 7, Deadman.digest(NONCE), Duration.ofMinutes(5), Duration.ofMinutes(15)));
        programs.rehearse();
        programs.startChange("r1", 1);
        Awaitility.await()
            .until(() -> programs.changeStatus().state() == LeaseStatus.State.APPLIED);
        ChangeStatus applied = programs.changeStatus();
        assertThat(applied.mark("cut-end")).isPresent();
        Optional<Observation> observation = seen.poll(Duration.ofSeconds(30));
        assertThat(observation).isPresent();
        assertThat(observation.get().interfaces().values())
            .allSatisfy(wg0 -> assertThat(wg0.handshakes()).hasSize(5));

        assertThatThrownBy(() -> programs.confirm(7, "ffffffffffffffffffffffffffffffff"))
            .isInstanceOf(GatewayRefusedException.class);
        assertThatThrownBy(() -> programs.renew(6, "r1", Duration.ofMinutes(5)))
            .hasMessageContaining("epoch 6 is stale");
        programs.confirm(7, NONCE);
      }
      assertThat(programs.status().state()).isEqualTo(LeaseStatus.State.CONFIRMED);
      programs.revert(7, "r1", "the wave failed");
      assertThat(programs.facts(Set.of("m")).moduleLoaded()).isEqualTo("SRC0-before");
    }
  }
}
