package dev.backstay.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MaintenanceTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static Maintenance of(String... windows) {
    return new Maintenance(
        List.of(windows).stream().map(text -> MaintenanceWindow.parse(text).orElseThrow()).toList(),
        BERLIN);
  }

  private static Optional<Instant> start(Maintenance maintenance, String now, Duration length) {
    return maintenance.start(Instant.parse(now), length, Optional.empty());
  }

  @Test
  void any_time_is_now() {
    assertThat(start(Maintenance.ANY_TIME, "2026-11-25T12:00:00Z", Duration.ofDays(9)))
        .contains(Instant.parse("2026-11-25T12:00:00Z"));
  }

  @Test
  void work_starts_when_its_worst_case_ends_inside_and_waits_for_the_next_window_otherwise() {
    Maintenance saturday = of("Sat 01:00-05:00");
    assertThat(start(saturday, "2026-11-25T12:00:00Z", Duration.ofHours(4)))
        .contains(Instant.parse("2026-11-28T00:00:00Z"));
    assertThat(start(saturday, "2026-11-28T02:00:00Z", Duration.ofHours(2)))
        .contains(Instant.parse("2026-11-28T02:00:00Z"));
    assertThat(start(saturday, "2026-11-28T02:00:01Z", Duration.ofHours(2)))
        .contains(Instant.parse("2026-12-05T00:00:00Z"));
    assertThat(start(saturday, "2026-11-25T12:00:00Z", Duration.ofMinutes(241))).isEmpty();
  }

  @Test
  void a_window_over_midnight_is_open_on_the_next_morning() {
    Maintenance nights = of("Mon-Fri 22:00-02:00");
    assertThat(start(nights, "2026-11-28T00:30:00Z", Duration.ofMinutes(30)))
        .contains(Instant.parse("2026-11-28T00:30:00Z"));
    assertThat(start(nights, "2026-11-28T02:00:00Z", Duration.ofMinutes(30)))
        .contains(Instant.parse("2026-11-30T21:00:00Z"));
  }

  @Test
  void the_zone_of_the_site_wins() {
    assertThat(
            of("daily 03:00-04:00")
                .start(
                    Instant.parse("2026-11-25T12:00:00Z"),
                    Duration.ofMinutes(60),
                    Optional.of(ZoneId.of("America/New_York"))))
        .contains(Instant.parse("2026-11-26T08:00:00Z"));
  }

  /** On 29 March 2026 two o'clock is three o'clock in Berlin. */
  @Test
  void a_night_in_which_clocks_change_is_an_hour_shorter() {
    Maintenance sunday = of("Sun 01:00-05:00");
    assertThat(start(sunday, "2026-03-28T12:00:00Z", Duration.ofHours(3)))
        .contains(Instant.parse("2026-03-29T00:00:00Z"));
    assertThat(start(sunday, "2026-03-28T12:00:00Z", Duration.ofHours(4)))
        .contains(Instant.parse("2026-04-04T23:00:00Z"));
  }

  /** On 25 October 2026 three o'clock is two o'clock again in Berlin. */
  @Test
  void a_night_in_which_clocks_go_back_is_an_hour_longer() {
    Maintenance sunday = of("Sun 01:00-05:00");
    assertThat(start(sunday, "2026-10-24T12:00:00Z", Duration.ofHours(5)))
        .contains(Instant.parse("2026-10-24T23:00:00Z"));
    assertThat(start(sunday, "2026-10-24T12:00:00Z", Duration.ofHours(5).plusSeconds(1))).isEmpty();
  }

  /** There is no 02:30 in Berlin on 29 March 2026, and 02:30 twice on 25 October. */
  @Test
  void a_window_that_begins_in_the_hour_that_is_missing_or_there_twice_is_still_one_window() {
    Maintenance early = of("daily 02:30-04:00");
    assertThat(start(early, "2026-03-29T00:00:00Z", Duration.ofMinutes(30)))
        .contains(Instant.parse("2026-03-29T01:30:00Z"));
    assertThat(start(early, "2026-10-24T23:00:00Z", Duration.ofMinutes(30)))
        .contains(Instant.parse("2026-10-25T00:30:00Z"));
  }

  @Test
  void the_window_that_comes_first_is_taken() {
    assertThat(
            start(
                of("Sat 01:00-05:00", "Thu 20:00-23:00"),
                "2026-11-25T12:00:00Z",
                Duration.ofHours(1)))
        .contains(Instant.parse("2026-11-26T19:00:00Z"));
  }
}
