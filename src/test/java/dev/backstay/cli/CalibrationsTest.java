package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.health.Calibration;
import dev.backstay.health.Sample;
import dev.backstay.playbook.Ordinary;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was measured is kept, found again, and asked for where a playbook says so. */
final class CalibrationsTest {
  private static final Instant MEASURED = Instant.parse("2026-11-01T12:00:00Z");
  private static final Map<String, Sample> FLEET =
      Map.of("gw1", new Sample(100, 2), "gw2", new Sample(80, 1), "gw3", new Sample(120, 4));

  @TempDir Path folder;
  private Calibrations calibrations = new Calibrations(Path.of(""));

  @BeforeEach
  void inFolder() {
    calibrations = new Calibrations(folder.resolve("calibrations"));
  }

  private static Playbook asking(String gates) {
    return PlaybookReader.read(
        "p.yaml",
        """
        kind: Playbook
        name: p
        select: gw*
        change: {packages: {wireguard-dkms: 1.0.1}, activate: reload-module}
        gates: %s
        """
            .formatted(gates));
  }

  private void measured(Instant at) {
    calibrations.keep(Calibrations.made(at, Duration.ofSeconds(240), FLEET));
  }

  @Test
  void what_is_kept_is_read_again_and_the_newest_counts() {
    measured(MEASURED);
    measured(MEASURED.plus(Duration.ofDays(1)));
    assertThat(calibrations.all()).hasSize(2);
    Calibrations.Kept newest = calibrations.newest().orElseThrow();
    assertThat(newest.id()).isEqualTo("20261102-120000");
    assertThat(newest.lost()).isEqualTo(FLEET);
    assertThat(newest.fit().all()).isEqualTo(new Sample(300, 7));
  }

  @Test
  void a_playbook_that_asks_knows_what_was_measured() {
    measured(MEASURED);
    Playbook playbook =
        calibrations.require(asking("{calibration: 30d}"), MEASURED.plus(Duration.ofDays(29)));
    Ordinary ordinary = playbook.gates().ordinary().orElseThrow();
    assertThat(ordinary.calibration()).isEqualTo("20261101-120000");
    assertThat(ordinary.churn().hundredths()).isBetween(233, 600);
  }

  @Test
  void it_is_refused_when_that_is_too_long_ago_or_to_come_or_was_never_done() {
    Playbook playbook = asking("{calibration: 30d}");
    assertThatThrownBy(() -> calibrations.require(playbook, MEASURED))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("there is no calibration");
    measured(MEASURED);
    for (Duration after : new Duration[] {Duration.ofDays(31), Duration.ofDays(-1)}) {
      assertThatThrownBy(() -> calibrations.require(playbook, MEASURED.plus(after)))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("20261101-120000");
    }
  }

  @Test
  void one_that_does_not_ask_goes_without() {
    Playbook playbook = asking("{silent: 20%}");
    measured(MEASURED);
    assertThat(calibrations.require(playbook, MEASURED)).isEqualTo(playbook);
  }

  /** Otherwise nobody could take it back. */
  @Test
  void a_rollout_that_has_begun_goes_on_whatever_became_of_it() throws IOException {
    Playbook playbook = asking("{calibration: 1h}");
    assertThat(calibrations.ifThereIsOne(playbook)).isEqualTo(playbook);
    measured(MEASURED);
    assertThat(calibrations.ifThereIsOne(playbook).gates().ordinary()).isPresent();
    Files.writeString(folder.resolve("calibrations/20261201-000000.json"), "{torn");
    assertThat(calibrations.ifThereIsOne(playbook)).isEqualTo(playbook);
    assertThatThrownBy(() -> calibrations.require(playbook, MEASURED))
        .hasMessageContaining("no calibration that this version can read");
  }

  @Test
  void a_time_that_is_none_is_refused_with_the_others() {
    assertThatThrownBy(() -> asking("{calibration: 0d}")).hasMessageContaining("30d");
  }

  @Test
  void few_clients_make_no_limit_that_lets_half_a_fleet_go() {
    assertThat(CalibrateCommand.advice(Calibration.of(Collections.nCopies(3, new Sample(20, 0)))))
        .startsWith("So few clients say little");
    assertThat(CalibrateCommand.advice(Calibration.of(Collections.nCopies(5, new Sample(20, 0)))))
        .isEqualTo("A playbook that expects as much: gates: {silent: 41%}");
    assertThat(CalibrateCommand.advice(Calibration.of(Collections.nCopies(20, new Sample(50, 0)))))
        .isEqualTo("A playbook that expects as much: gates: {silent: 6%}");
  }
}
