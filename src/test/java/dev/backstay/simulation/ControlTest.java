package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.backstay.health.ControlGroup;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Gateways that are not changed tell what is lost anyway, in whole rollouts of the real engine. */
final class ControlTest {
  private final Path folder = Fixture.folder();

  @AfterEach
  void clear() throws IOException {
    Fixture.empty(folder);
    Files.delete(folder);
  }

  private Trial beside(String control) {
    return Fixture.trial(7, Fixture.beside(control, "[1, rest]"), Fixture.gateways(4), folder);
  }

  /** The verdict of a gateway, which is the last if there were several. */
  private static Event.Judged judged(String gateway, Trial.Outcome outcome) {
    return outcome.lines().stream()
        .map(JournalLine::body)
        .filter(Event.Judged.class::isInstance)
        .map(Event.Judged.class::cast)
        .filter(judged -> judged.gateway().equals(gateway))
        .reduce((_, last) -> last)
        .orElseThrow();
  }

  private static Optional<Event.Gate> control(Event.Judged judged) {
    return judged.gates().stream()
        .filter(gate -> gate.gate().equals(ControlGroup.NAME))
        .findFirst();
  }

  /** The line of the journal in which a gateway's change begins. */
  private static long applies(String gateway, Trial.Outcome outcome) {
    return outcome.lines().stream()
        .filter(line -> line.body().equals(new Event.StepBegan(gateway, "apply")))
        .mapToLong(JournalLine::seq)
        .findFirst()
        .orElseThrow();
  }

  private Trial.Hit struck(String gateway, Mishap mishap) {
    long line = applies("gw1", beside("2").run());
    Fixture.empty(folder);
    return new Trial.Hit(line, new Trial.Strike.Of(gateway, mishap));
  }

  @Test
  void gateways_held_back_are_watched_until_their_own_turn() {
    Trial.Outcome outcome = beside("2").run();
    assertThat(outcome.waves())
        .containsExactly(List.of("gw1"), List.of("gw2"), List.of("gw3", "gw4"));
    assertThat(outcome.result()).contains(Result.DONE);
    for (String gateway : List.of("gw1", "gw2")) {
      assertThat(control(judged(gateway, outcome)))
          .get()
          .satisfies(gate -> {
            assertThat(gate.clients()).isEqualTo(16);
            assertThat(gate.against()).isZero();
            assertThat(gate.thresholds()).contains(entry("gateways", "gw3, gw4"));
          });
    }
    assertThat(control(judged("gw3", outcome))).isEmpty();
    assertThat(control(judged("gw4", outcome))).isEmpty();
    assertThat(Laws.brokenBy(outcome)).isEmpty();
  }

  @Test
  void pitfall_24_what_others_lose_as_well_is_no_failure_of_the_change_and_no_pass_either() {
    Trial.Hit third = struck("gw3", new Mishap.ClientsFail());
    Trial.Hit fourth = struck("gw4", new Mishap.ClientsFail());
    Trial alone =
        Fixture.trial(7, Fixture.beside("", "[1, rest]"), Fixture.gateways(4), folder)
            .with(Bad.module("gw1"))
            .hit(third, fourth);
    assertThat(judged("gw1", alone.run()).verdict()).isEqualTo("fail");
    Fixture.empty(folder);

    Trial.Outcome outcome = beside("2").with(Bad.module("gw1")).hit(third, fourth).run();
    Event.Judged judged = judged("gw1", outcome);
    assertThat(judged.verdict()).isEqualTo("inconclusive");
    assertThat(judged.reasons())
        .anyMatch(reason ->
            reason.endsWith(
                " of 16 clients of gateways that were not changed are lost as well, so something"
                    + " else is wrong, and nothing can be judged"));
    assertThat(outcome.ends().values()).noneMatch(Trial.End::changed);
    assertThat(outcome.result()).isPresent().get().isNotEqualTo(Result.DONE);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
  }

  @Test
  void what_only_the_changed_gateway_loses_is_a_failure() {
    Trial.Outcome outcome = beside("2").with(Bad.module("gw1")).run();
    Event.Judged judged = judged("gw1", outcome);
    assertThat(judged.verdict()).isEqualTo("fail");
    assertThat(judged.gates())
        .anySatisfy(
            gate -> assertThat(gate.thresholds()).containsEntry("control", "0 of 16 clients"));
    assertThat(outcome.result()).contains(Result.ROLLED_BACK);
  }

  @Test
  void without_anybody_to_compare_with_nothing_passes_and_the_reason_is_told() {
    Trial.Outcome outcome =
        beside("2")
            .hit(
                struck("gw3", new Mishap.Unreachable()),
                struck("gw4", new Mishap.PowerCut(Duration.ofHours(1))))
            .run();
    Event.Judged judged = judged("gw1", outcome);
    assertThat(judged.verdict()).isEqualTo("inconclusive");
    assertThat(judged.reasons())
        .anyMatch(reason ->
            reason.contains("only 0 clients of gateways that were not changed could be compared")
                && reason.contains("gw3: it does not tell")
                && reason.contains("gw4: it does not tell"));
    assertThat(outcome.ends())
        .hasEntrySatisfying("gw1", end -> assertThat(end.changed()).isFalse());
  }

  @Test
  void one_of_two_that_is_gone_is_left_out() {
    Trial.Outcome outcome = beside("2").hit(struck("gw3", new Mishap.Unreachable())).run();
    assertThat(control(judged("gw1", outcome)))
        .get()
        .satisfies(gate -> {
          assertThat(gate.clients()).isEqualTo(8);
          assertThat(gate.thresholds())
              .contains(entry("gateways", "gw4"), entry("left-out", "gw3: it does not tell"));
        });
  }

  @Test
  void a_control_that_was_restarted_meanwhile_is_left_out() {
    Trial.Outcome outcome =
        beside("2").hit(struck("gw3", new Mishap.PowerCut(Duration.ofSeconds(3)))).run();
    assertThat(control(judged("gw1", outcome)))
        .get()
        .satisfies(gate ->
            assertThat(gate.thresholds().get("left-out"))
                .contains("gw3: somebody changed it meanwhile: the gateway has rebooted"));
  }

  @Test
  void a_controller_that_takes_over_looks_at_the_control_anew() {
    long line = applies("gw1", beside("2").run());
    Fixture.empty(folder);
    for (long more = 1; more < 6; more++) {
      Trial.Outcome outcome =
          beside("2")
              .killed(new Trial.Kill(new Death.AfterLine(line + more), Duration.ofSeconds(2)))
              .run();
      Fixture.empty(folder);
      assertThat(outcome.began()).isEqualTo(2);
      assertThat(Laws.brokenBy(outcome)).as("killed at %d", line + more).isEmpty();
      assertThat(outcome.result()).as("killed at %d", line + more).contains(Result.DONE);
      assertThat(control(judged("gw1", outcome)))
          .get()
          .satisfies(gate -> assertThat(gate.clients()).isEqualTo(16));
    }
  }

  @Test
  void more_may_not_be_held_back_than_there_are() {
    Trial.Outcome outcome = beside("4").run();
    assertThat(outcome.refused())
        .get()
        .asString()
        .contains("4 gateways are to be held back as a control, and of the 4 that change at most 3")
        .contains("write a smaller observe.control");
  }
}
