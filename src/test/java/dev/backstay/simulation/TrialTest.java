package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.rollout.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real engine on gateways of a model, struck by whatever is drawn. */
@Timeout(1200)
final class TrialTest {
  private static final int FEW = 60;
  private static final int MANY = 1000;

  private final Path folder = Fixture.folder();

  @AfterEach
  void clear() throws IOException {
    Fixture.empty(folder);
    Files.delete(folder);
  }

  @Test
  void a_good_version_reaches_every_gateway() {
    Trial.Outcome outcome = Fixture.trial(1, 6, "[1, 2, rest]", folder).run();
    assertThat(outcome.result()).contains(Result.DONE);
    assertThat(outcome.ends().values()).allMatch(Trial.End::changed);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
  }

  @Test
  void the_same_seed_writes_the_same_journal() {
    Trial.Outcome one = struck(5).run();
    Fixture.empty(folder);
    Trial.Outcome two = struck(5).run();
    assertThat(two.lines()).isEqualTo(one.lines());
    assertThat(two.seen()).isEqualTo(one.seen());
  }

  @Test
  void whatever_strikes_no_law_is_broken() {
    tryAll(FEW);
  }

  @Tag("slow")
  @Test
  void whatever_strikes_no_law_is_broken_a_thousand_times() {
    tryAll(MANY);
  }

  private void tryAll(int count) {
    long first = Long.getLong("backstay.seed", 1);
    LongStream.range(first, first + count)
        .forEach(seed -> {
          assertThat(Laws.brokenBy(struck(seed).run())).as("seed %d", seed).isEmpty();
          Fixture.empty(folder);
        });
  }

  /** Draws a version, a fleet and what goes wrong. */
  private Trial struck(long seed) {
    Random random = new Random(seed);
    int gateways = 2 + random.nextInt(4);
    String waves = List.of("[1, rest]", "[rest]", "[1, 1, rest]").get(random.nextInt(3));
    DrawnFate fate =
        switch (random.nextInt(6)) {
          case 0 -> new DrawnFate(seed, 3000, 0, 0, 0, 0);
          case 1 -> new DrawnFate(seed, 0, 3000, 0, 0, 0);
          case 2 -> new DrawnFate(seed, 0, 0, 2000, 0, 0);
          case 3 -> new DrawnFate(seed, 0, 0, 0, 1000, 100);
          default -> new DrawnFate(seed, 0, 0, 0, 0, 0);
        };
    return new Trial(
        seed,
        Fixture.playbook(waves),
        Fixture.gateways(gateways),
        8,
        fate,
        random.nextInt(3) == 0
            ? Map.of()
            : Map.of("gw" + (1 + random.nextInt(gateways)), List.of(blow(random))),
        List.of(),
        random.nextInt(3) == 0
            ? List.of(
                new Trial.Kill(
                    new Death.AfterLine(1 + random.nextInt(60)),
                    Duration.ofSeconds(random.nextInt(600))))
            : List.of(),
        Fixture.SECOND,
        folder);
  }

  private static Mishaps.Blow blow(Random random) {
    Mishap mishap =
        switch (random.nextInt(9)) {
          case 0 -> new Mishap.LinkCut(Duration.ZERO);
          case 1 -> new Mishap.LinkCut(Duration.ofSeconds(random.nextInt(600)));
          case 2 -> new Mishap.PowerCut(Duration.ofSeconds(1 + random.nextInt(300)));
          case 3 -> new Mishap.ClockStep(Duration.ofHours(random.nextBoolean() ? 1 : -1));
          case 4 -> new Mishap.DiskFull();
          case 5 -> new Mishap.TimerStopped();
          case 6 -> new Mishap.StageHangs();
          case 7 -> new Mishap.Unreachable();
          default -> new Mishap.Slow(2 + random.nextInt(10));
        };
    return new Mishaps.Blow(2 + random.nextInt(22), random.nextBoolean(), mishap);
  }
}
