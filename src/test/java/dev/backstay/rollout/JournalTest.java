package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import dev.backstay.transaction.Ending;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
  private static final List<Event> EVENTS =
      List.of(
          new Event.Started(
              Journal.FORMAT,
              "r-1",
              "module",
              "hash",
              List.of(List.of("gw1"), List.of("gw2")),
              7,
              "anna@ops"),
          new Event.WaveStarted(1, List.of("gw1")),
          new Event.StepBegan("gw1", "apply"),
          new Event.StepEnded("gw1", "apply", "done", "installed", Map.of("cut-begin", "10.5")),
          new Event.Judged(
              "gw1",
              "fail",
              List.of("2 of 20"),
              Map.of("failed", 2),
              List.of(
                  new Event.Missing(
                      "wg0",
                      "KEY",
                      "198.18.0.21:40001",
                      "failed",
                      Optional.of(Instant.parse("2026-11-25T12:00:00Z")),
                      "rejected",
                      "compare keys")),
              List.of(
                  new Event.Gate(
                      "handshakes",
                      "fail",
                      20,
                      2,
                      "exact binomial",
                      Optional.of(0.0045),
                      Optional.of(0.283),
                      Map.of("broken", "5%"),
                      "2 of 20")),
              List.of(new Event.Due(11, 20, 2))),
          new Event.WaveJudged(1, false, "gw1"),
          new Event.GatewayEnded("gw1", "reverted", "fail"),
          new Event.Ended(Result.ROLLED_BACK, "gw1: fail"));

  @TempDir private Path folder;

  private Path written() {
    Path file = folder.resolve("rollouts/r-1/journal.jsonl");
    try (Journal journal = Journal.create(file, Clock.systemUTC(), line -> {})) {
      EVENTS.forEach(journal::append);
    }
    return file;
  }

  @Test
  void what_was_appended_is_read_back_and_folds_to_where_the_rollout_stands() {
    List<JournalLine> lines = Journal.read(written());
    assertThat(lines).extracting(JournalLine::body).isEqualTo(EVENTS);
    RolloutState state = RolloutState.fold(lines);
    assertThat(state.any(Ending.REVERTED)).isTrue();
    assertThat(state.any(Ending.CONFIRMED)).isFalse();
    assertThat(state.gateways().get("gw1"))
        .satisfies(gw1 -> assertThat(gw1.fact("apply", "cut-begin")).contains("10.5"));
  }

  @Test
  void an_intent_is_on_the_disk_before_the_listener_hears_of_it() {
    Path file = folder.resolve("journal.jsonl");
    List<Long> sizes = new ArrayList<>();
    try (Journal journal =
        Journal.create(
            file, Clock.systemUTC(), line -> sizes.add((long) Journal.read(file).size()))) {
      EVENTS.forEach(journal::append);
    }
    assertThat(sizes).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void a_torn_tail_is_dropped_at_every_length() throws IOException {
    Path file = written();
    byte[] whole = Files.readAllBytes(file);
    String text = new String(whole, StandardCharsets.UTF_8);
    int lastLine = text.lastIndexOf('\n', text.length() - 2) + 1;
    for (int end = lastLine; end < whole.length; end++) {
      Files.write(file, Arrays.copyOf(whole, end));
      assertThat(Journal.read(file)).hasSize(EVENTS.size() - 1);
    }
  }

  @Test
  void damage_in_the_middle_is_refused_with_its_line() throws IOException {
    Path file = written();
    Files.writeString(file, Files.readString(file).replace("\"installed\"", "\"instalLed\""));
    assertThatThrownBy(() -> Journal.read(file))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("journal.jsonl:5: this line is not the one that was written here");
  }

  @Test
  void a_line_that_was_taken_out_is_noticed() throws IOException {
    Path file = written();
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.remove(3);
    Files.write(file, lines);
    assertThatThrownBy(() -> Journal.read(file)).hasMessageContaining("journal.jsonl:4");
  }

  @Test
  void a_journal_is_never_written_over() {
    Path file = written();
    assertThatThrownBy(() -> Journal.create(file, Clock.systemUTC(), line -> {}))
        .hasMessageContaining("journal.jsonl");
  }
}
