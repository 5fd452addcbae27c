package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.health.Baseline.ActivePeer;
import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Result;
import dev.backstay.wireguard.PublicKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jline.terminal.Size;
import org.junit.jupiter.api.Test;

final class TableViewTest {
  private static final ActivePeer PEER =
      new ActivePeer("wg0", new PublicKey("A".repeat(43) + "="), "198.18.0.9:51820");
  private static final Pattern ESCAPE = Pattern.compile("\u001b\\[[0-9;]*([A-Za-z])");

  private final StringWriter written = new StringWriter();
  private Size size = new Size(100, 24);
  private long nanos;
  private final TableView view = new TableView(new PrintWriter(written), () -> size, () -> nanos);

  @Test
  void a_step_shows_how_long_it_has_been_going_on() {
    start(1, 3);
    tell(new Event.StepBegan("gw1", "apply"));
    nanos += Duration.ofSeconds(12).toNanos();
    tell(new Event.WaveStarted(1, List.of("gw1")));
    assertThat(picture())
        .contains("gw1           1  apply 12 s")
        .contains("gw3           2  waiting");
  }

  @Test
  void clients_and_lease_are_what_was_seen_last_less_the_time_since() {
    start(1, 1);
    tell(new Event.StepBegan("gw1", "observe"));
    view.watched("gw1", tally(3, 1), Duration.ofSeconds(50));
    nanos += Duration.ofSeconds(2).toNanos();
    tell(new Event.WaveStarted(1, List.of("gw1")));
    assertThat(picture()).contains("███████████████×××××").contains(" 3/4 ").contains(" 48 s ");
  }

  @Test
  void a_lease_is_counted_down_from_its_arming() {
    start(1, 1);
    tell(new Event.StepEnded("gw1", "arm", "done", "armed", Map.of("leaseLeft", "300")));
    nanos += Duration.ofSeconds(3).toNanos();
    tell(new Event.StepBegan("gw1", "apply"));
    assertThat(picture()).containsPattern("gw1 +1 +apply +297 s");
  }

  @Test
  void gateways_that_a_rollout_never_came_to_are_untouched_at_its_end() {
    start(1, 2);
    assertThat(picture()).containsPattern("gw2 +2 +waiting");
    tell(new Event.Ended(Result.ROLLED_BACK, "gw1 failed"));
    assertThat(picture()).containsPattern("gw2 +2 +untouched");
  }

  @Test
  void the_end_of_a_gateway_is_told_with_its_reason() {
    size = new Size(140, 24);
    start(1, 1);
    tell(new Event.GatewayEnded("gw1", "reverted", "2 of 20 clients completed no handshake"));
    assertThat(picture())
        .containsPattern("gw1 +1 +reverted +2 of 20 clients completed no handshake");
  }

  @Test
  void a_fleet_higher_than_the_screen_shows_who_is_at_work_and_counts_the_others() {
    size = new Size(100, 8);
    start(1, 60);
    tell(new Event.StepBegan("gw1", "apply"));
    tell(new Event.GatewayEnded("gw1", "confirmed", "pass"));
    IntStream.rangeClosed(40, 42)
        .forEach(number -> tell(new Event.StepBegan("gw" + number, "baseline")));
    assertThat(picture().lines().toList())
        .hasSize(7)
        .anySatisfy(line -> assertThat(line).startsWith("gw41 ").contains("baseline"))
        .last()
        .isEqualTo("and 1 confirmed, 54 waiting");
  }

  @Test
  void what_is_waited_for_stands_below_the_gateways_until_it_goes_on() {
    size = new Size(120, 8);
    start(1, 60);
    tell(new Event.Held("a person is asked before wave 2", Optional.empty()));
    assertThat(picture().lines().toList())
        .hasSize(7)
        .last()
        .isEqualTo("waiting: a person is asked before wave 2");
    tell(new Event.WaveStarted(2, List.of("gw2")));
    assertThat(picture()).doesNotContain("waiting:");
  }

  @Test
  void what_ctrl_c_does_stays_in_sight_until_the_end() {
    start(1, 2);
    view.tell("Stopping: nothing new begins.");
    tell(new Event.StepBegan("gw1", "confirm"));
    assertThat(picture().lines().toList()).last().isEqualTo("Stopping: nothing new begins.");
    tell(new Event.Ended(Result.PARTIAL, "stopped"));
    assertThat(picture()).doesNotContain("Stopping");
  }

  @Test
  void no_line_is_wider_than_the_screen() {
    size = new Size(60, 24);
    start(1, 1);
    tell(new Event.GatewayEnded("gw1", "reverted", "why ".repeat(60)));
    assertThat(picture().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(60));
  }

  private void start(int canaries, int gateways) {
    List<String> names =
        IntStream.rangeClosed(1, gateways).mapToObj(number -> "gw" + number).toList();
    tell(
        new Event.Started(
            Journal.FORMAT,
            "r",
            "p",
            "h",
            List.of(names.subList(0, canaries), names.subList(canaries, gateways)),
            1,
            "anna@ops"));
  }

  private void tell(Event event) {
    view.written(new JournalLine(1, Instant.EPOCH, "", event));
  }

  private static Tally tally(int back, int failed) {
    return new Tally(
        Map.of(
            PeerState.BACK, Collections.nCopies(back, PEER),
            PeerState.FAILED, Collections.nCopies(failed, PEER)),
        List.of(),
        1,
        true,
        1,
        List.of(),
        List.of());
  }

  /** What a terminal shows now: the lines after the last move of the cursor to the top. */
  private String picture() {
    String text = written.toString();
    int top = 0;
    Matcher escape = ESCAPE.matcher(text);
    while (escape.find()) {
      if (escape.group(1).equals("A")) {
        top = escape.end();
      }
    }
    return ESCAPE.matcher(text.substring(top)).replaceAll("").replace("\r", "");
  }
}
