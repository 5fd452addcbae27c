package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.rollout.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The controller dies at every place where it can: after each line of the journal, within each, and
 * before and after each order that changes something on a gateway. Another one goes on, at once or
 * when every lease is long over.
 */
@Timeout(3000)
final class CrashTest {
  private static final Duration AT_ONCE = Duration.ZERO;
  private static final Duration MUCH_LATER = Duration.ofMinutes(40);
  private static final long SEED = Long.getLong("backstay.seed", 3);

  /** Of all places, the fast suite tries one in so many, beginning at the seed. */
  private static final int SOME = 25;

  private static final int ALL = 1;

  private final Path folder = Fixture.folder();

  @AfterEach
  void clear() throws IOException {
    Fixture.empty(folder);
    Files.delete(folder);
  }

  @Test
  void pitfall_19_after_any_line_the_next_controller_brings_a_good_module_to_every_gateway() {
    finishes(goodModule());
  }

  @Test
  void pitfall_19_after_any_line_the_next_controller_brings_a_good_kernel_to_every_gateway() {
    finishes(goodKernel());
  }

  @Test
  void pitfall_19_no_law_is_broken_at_some_of_the_places_where_a_controller_can_die() {
    scenarios().forEach(scenario -> holds(scenario, SOME));
  }

  @Tag("slow")
  @Test
  void pitfall_19_no_law_is_broken_at_any_place_where_a_controller_can_die() {
    scenarios().forEach(scenario -> holds(scenario, ALL));
  }

  /** A rollout, and how it comes out if nobody dies. */
  private record Scenario(String name, Trial trial, Result result) {}

  private Stream<Scenario> scenarios() {
    return Stream.of(
        goodModule(),
        goodKernel(),
        new Scenario(
            "settings",
            Fixture.trial(SEED, Fixture.settings("[1, rest]"), Fixture.gateways(3), folder),
            Result.DONE),
        new Scenario(
            "a module that is bad where the canary is not",
            Fixture.trial(SEED, 4, "[1, rest]", folder).with(Bad.module("gw3")),
            Result.ROLLED_BACK),
        new Scenario(
            "a module that does not load",
            Fixture.trial(SEED, 3, "[1, rest]", folder).with(Bad.unloadable("gw2")),
            Result.ROLLED_BACK),
        new Scenario(
            "a kernel that panics",
            Fixture.trial(SEED, Fixture.kernel("[1, rest]"), Fixture.gateways(2), folder)
                .with(Bad.kernel("gw2", Fate.Boot.PANICS)),
            Result.ROLLED_BACK),
        new Scenario(
            "a kernel without network",
            Fixture.trial(SEED, Fixture.kernel("[1, rest]"), Fixture.gateways(2), folder)
                .with(Bad.kernel("gw2", Fate.Boot.MUTE)),
            Result.ROLLED_BACK),
        new Scenario(
            "pairs, of which one fails as the limits allow",
            Fixture.trial(
                    SEED,
                    Fixture.playbook(
                        "[1, 2, rest]",
                        "packages: {wireguard-dkms: 1.0.1}, activate: reload-module",
                        "lease: {apply: 60s, confirm: 60s}\nlimits: {maxFailed: 1}"),
                    Fixture.pairs(4),
                    folder)
                .with(Bad.module("gw3")),
            Result.PARTIAL));
  }

  private Scenario goodModule() {
    return new Scenario(
        "a good module", Fixture.trial(SEED, 4, "[1, 2, rest]", folder), Result.DONE);
  }

  private Scenario goodKernel() {
    return new Scenario(
        "a good kernel",
        Fixture.trial(SEED, Fixture.kernel("[1, rest]"), Fixture.gateways(3), folder),
        Result.DONE);
  }

  /** Nothing but the controller breaks, and the next one is there at once. */
  private void finishes(Scenario scenario) {
    int lines = lives(scenario).lines().size();
    assertThat(lines).isGreaterThan(70);
    IntStream.rangeClosed(1, lines)
        .forEach(line -> {
          Trial.Outcome outcome =
              run(scenario.trial(), new Trial.Kill(new Death.AfterLine(line), AT_ONCE));
          assertThat(Laws.brokenBy(outcome)).as("seed %d, line %d", SEED, line).isEmpty();
          assertThat(outcome.result())
              .as("seed %d, line %d: %s", SEED, line, outcome.lines().getLast())
              .contains(scenario.result());
        });
  }

  private void holds(Scenario scenario, int one) {
    Trial.Outcome whole = lives(scenario);
    int lines = whole.lines().size();
    List<String> broken = new ArrayList<>();
    for (Duration until : List.of(AT_ONCE, MUCH_LATER)) {
      broken.addAll(each(scenario, lines, one, Death.AfterLine::new, until));
      broken.addAll(each(scenario, lines, one, Death.InLine::new, until));
      broken.addAll(each(scenario, whole.effects(), one, Death.BeforeEffect::new, until));
      broken.addAll(each(scenario, whole.effects(), one, Death.AfterEffect::new, until));
    }
    assertThat(broken).as("seed %d", SEED).isEmpty();
  }

  private Trial.Outcome lives(Scenario scenario) {
    Trial.Outcome whole = run(scenario.trial());
    assertThat(Laws.brokenBy(whole)).as(scenario.name()).isEmpty();
    assertThat(whole.result()).as(scenario.name()).isEqualTo(Optional.of(scenario.result()));
    return whole;
  }

  private List<String> each(
      Scenario scenario, int count, int one, IntFunction<Death> when, Duration until) {
    return IntStream.rangeClosed(1, count)
        .filter(place -> (place + SEED) % one == 0)
        .mapToObj(when)
        .flatMap(death ->
            Laws.brokenBy(run(scenario.trial(), new Trial.Kill(death, until))).stream()
                .map(law ->
                    "%s, %s, another %s later: %s".formatted(scenario.name(), death, until, law)))
        .toList();
  }

  private Trial.Outcome run(Trial trial, Trial.Kill... kills) {
    try {
      return trial.killed(kills).run();
    } finally {
      Fixture.empty(folder);
    }
  }
}
