package dev.backstay.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FreezeReaderTest {
  @TempDir private Path folder;

  private List<Freeze> read(String text) {
    try {
      Path file = folder.resolve("freezes.yaml");
      Files.writeString(file, text);
      return FreezeReader.read(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<Freeze> read(String zone, String freezes) {
    return read("kind: Freezes\nzone: %s\nfreezes:\n%s".formatted(zone, freezes));
  }

  @Test
  void the_last_day_belongs_to_a_freeze_and_days_begin_where_the_calendar_is() {
    assertThat(
            read(
                "Europe/Berlin",
                "  - {from: 2026-12-23, to: 2026-12-26, reason: Christmas}\n"
                    + "  - {from: 2026-11-27T18:00, to: 2026-11-30T06:30, reason: Black Friday}\n"))
        .containsExactly(
            new Freeze(
                Instant.parse("2026-12-22T23:00:00Z"),
                Instant.parse("2026-12-26T23:00:00Z"),
                "Christmas"),
            new Freeze(
                Instant.parse("2026-11-27T17:00:00Z"),
                Instant.parse("2026-11-30T05:30:00Z"),
                "Black Friday"));
  }

  /** Berlin's clocks go back on 25 October 2026 and forward on 28 March 2027. */
  @Test
  void a_day_on_which_the_clocks_change_is_frozen_whole() {
    assertThat(
            read(
                "Europe/Berlin",
                "  - {from: 2026-10-25, to: 2026-10-25, reason: long}\n"
                    + "  - {from: 2027-03-28, to: 2027-03-28, reason: short}\n"))
        .containsExactly(
            new Freeze(
                Instant.parse("2026-10-24T22:00:00Z"),
                Instant.parse("2026-10-25T23:00:00Z"),
                "long"),
            new Freeze(
                Instant.parse("2027-03-27T23:00:00Z"),
                Instant.parse("2027-03-28T22:00:00Z"),
                "short"));
  }

  @Test
  void every_mistake_is_told_at_once_with_its_place() {
    assertThatThrownBy(() ->
            read(
                """
                kind: Freezes
                zone: Europe/Berln
                freezes:
                  - {from: 2026-12-24, to: 2026-12-23, reason: backwards}
                  - {from: 2026-02-30, to: 2026-03-01, reason: no such day}
                  - {from: 24.12.2026, to: 2026-12-26, reason: spelling}
                  - {from: 2026-12-24, to: 2026-12-26}
                  - {from: 2026-12-24, until: 2026-12-26, reason: wrong key}
                """))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              String all = String.valueOf(refused.getMessage());
              assertThat(all)
                  .contains("freezes.yaml:2:7", "freezes.yaml:4:", "this freeze ends before")
                  .contains("freezes.yaml:5:12", "a day that there is")
                  .contains("freezes.yaml:6:12", "a day such as 2026-12-24")
                  .contains("freezes.yaml:7:", "reason")
                  .contains("freezes.yaml:8:", "until");
              assertThat(refused.problems()).hasSizeGreaterThanOrEqualTo(6);
            });
  }

  @Test
  void a_freeze_that_is_no_time_at_all_is_refused() {
    assertThatThrownBy(() ->
            read("UTC", "  - {from: 2026-12-24T10:00, to: 2026-12-24T10:00, reason: empty}\n"))
        .hasMessageContaining("this freeze ends before it begins");
  }

  @Test
  void a_calendar_without_its_zone_or_of_another_kind_is_refused() {
    assertThatThrownBy(() -> read("kind: Freezes\nfreezes: []\n")).hasMessageContaining("zone");
    assertThatThrownBy(() -> read("kind: Freeze\nzone: UTC\nfreezes: []\n"))
        .hasMessageContaining("Freezes");
    assertThat(read("kind: Freezes\nzone: UTC\nfreezes: []\n")).isEmpty();
  }
}
