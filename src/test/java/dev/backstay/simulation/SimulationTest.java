package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run is told as. */
final class SimulationTest {
  private static final int GATEWAYS = 12;

  @TempDir private Path playbooks;
  private final Path folder = Fixture.folder();

  @AfterEach
  void clear() throws IOException {
    Fixture.empty(folder);
    Files.delete(folder);
  }

  private Simulation.Run run(Playbook playbook, String... faults) {
    return new Simulation(
            playbook,
            Simulation.gateways(GATEWAYS),
            5,
            Stream.of(faults).map(Fault::parse).toList(),
            1,
            folder)
        .run(0);
  }

  /** Where some were armed and never changed, where the controller dies, where some vanish. */
  @ParameterizedTest
  @ValueSource(
      strings = {"controller-dies", "unreachable:30%", "broken:20%", "slow:80%", "disk-full:30%"})
  void each_gateway_that_was_changed_is_so_still_or_took_it_back(String fault) {
    Simulation.Run run = run(Fixture.playbook("[1, rest]"), fault);
    assertThat(run.changed() + run.reverted()).isEqualTo(run.touched());
    assertThat(run.touched()).isBetween(1, GATEWAYS);
  }

  @Test
  void what_stands_in_front_of_gateways_is_not_counted_among_them() throws IOException {
    for (String name : List.of("drain", "shows", "return")) {
      Files.writeString(playbooks.resolve(name), "#!/bin/sh\n");
    }
    Path file = playbooks.resolve("play.yaml");
    Files.writeString(
        file,
        """
        kind: Playbook
        name: simulated
        select: all
        change: {packages: {wireguard-dkms: 1.0.1}, activate: reload-module}
        observe: {baseline: 10s, window: 60s}
        traffic:
          hosts: lb1
          drain: {apply: drain, verify: shows, revert: return, timeout: 5s}
          settle: 20s
        """);
    Simulation.Run run = run(PlaybookReader.read(file));
    assertThat(run.touched()).isEqualTo(GATEWAYS);
    assertThat(run.changed()).isEqualTo(GATEWAYS);
    assertThat(run.reverted()).isZero();
  }

  @Test
  void gateways_that_do_not_answer_any_more_are_counted_for_a_person() {
    assertThat(run(Fixture.playbook("[1, rest]"), "unreachable:30%").unheard()).isPositive();
    assertThat(run(Fixture.playbook("[1, rest]")).unheard()).isZero();
  }
}
