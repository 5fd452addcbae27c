package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real engine on gateways of a model, struck by whatever is drawn. */
@Timeout(1200)
final class TrialTest {
  private static final int FEW = 60;
  private static final int MANY = 1000;

  /** Before that it is asked by the plan. */
  private static final int FIRST_COMMAND = 2;

  /** Later than that a gateway that passes is asked nothing any more. */
  private static final int LAST_COMMAND = 12;

  private static final long FIRST = Long.getLong("backstay.seed", 1);

  /** What ends or cuts off a controller, its network, or a gateway. */
  private static final List<String> KILLS =
      List.of("controller killed", "network cut", "link cut", "power cut", "unreachable");

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

  /** Its own dead-man switch brings it back; the controller hears nothing of that. */
  @Test
  void of_a_pair_the_second_stays_as_it_is_when_the_first_does_not_answer_any_more() {
    for (int command = FIRST_COMMAND; command <= LAST_COMMAND; command++) {
      Trial.Outcome outcome = gone("gw3", command).run();
      assertThat(Laws.brokenBy(outcome)).as("gone at command %d", command).isEmpty();
      assertThat(outcome.result()).contains(Result.PARTIAL);
      assertThat(
              outcome.ends().entrySet().stream()
                  .filter(end -> end.getValue().changed())
                  .map(Map.Entry::getKey))
          .containsExactlyInAnyOrder("gw1", "gw2", "gw5", "gw6");
    }
  }

  private Trial gone(String gateway, int command) {
    return struck(
        Fixture.trial(
            command,
            Fixture.playbook(
                "[1, 2, rest]",
                "packages: {wireguard-dkms: 1.0.1}, activate: reload-module",
                "lease: {apply: 60s, confirm: 60s}\nlimits: {maxFailed: 1}\n"),
            Fixture.pairs(6),
            folder),
        gateway,
        new Mishaps.Blow(command, false, new Mishap.Unreachable()));
  }

  private static Trial struck(Trial of, String gateway, Mishaps.Blow blow) {
    return new Trial(
        of.seed(),
        of.playbook(),
        of.gateways(),
        of.clients(),
        of.fate(),
        Map.of(gateway, List.of(blow)),
        of.hits(),
        of.kills(),
        of.sample(),
        of.folder());
  }

  /** Whatever it was asked just then, and whether it had done it. */
  @Test
  void a_link_that_is_cut_for_a_moment_before_the_change_is_waited_for_and_that_is_told() {
    Map<String, Ended> ends = cutBeforeTheChange(Duration.ofSeconds(5));
    assertThat(ends).hasSizeGreaterThan(10);
    ends.forEach((when, end) -> {
      assertThat(end.words()).as(when).isEqualTo("done, changed");
      assertThat(end.lost())
          .as(when)
          .isNotEmpty()
          .allMatch(why -> why.contains("; tried again in"));
      assertThat(end.lost()).as(when).noneMatch(why -> why.contains("collector"));
    });
  }

  @Test
  void a_link_that_stays_cut_before_the_change_is_not_waited_for_for_ever() {
    Map<String, Ended> ends = cutBeforeTheChange(Duration.ofMinutes(30));
    assertThat(ends).hasSizeGreaterThan(10);
    ends.forEach((when, end) -> {
      assertThat(end.words())
          .as(when)
          .isIn("unchanged, as before", "partly done, a person is needed, as before");
      assertThat(end.lost()).as(when).hasSizeLessThan(10);
    });
  }

  /**
   * How a trial came out.
   *
   * @param lost why steps ended without an answer
   */
  private record Ended(String words, List<String> lost) {
    static Ended of(Trial.Outcome outcome) {
      boolean changed = outcome.ends().values().stream().allMatch(Trial.End::changed);
      return new Ended(
          outcome.result().map(Result::words).orElse("no result")
              + (changed ? ", changed" : ", as before"),
          outcome.lines().stream()
              .map(JournalLine::body)
              .filter(Event.StepEnded.class::isInstance)
              .map(Event.StepEnded.class::cast)
              .filter(step -> step.result().equals("unknown"))
              .map(Event.StepEnded::detail)
              .toList());
    }
  }

  private Map<String, Ended> cutBeforeTheChange(Duration outage) {
    Map<String, Ended> before = new TreeMap<>();
    for (int command = FIRST_COMMAND; command <= LAST_COMMAND; command++) {
      for (boolean done : List.of(false, true)) {
        Trial one = Fixture.trial(command, patient(), Fixture.gateways(1), folder);
        Trial.Outcome outcome =
            struck(one, "gw1", new Mishaps.Blow(command, done, new Mishap.LinkCut(outage))).run();
        Fixture.empty(folder);
        String when = "%s command %d".formatted(done ? "after" : "before", command);
        assertThat(Laws.brokenBy(outcome)).as(when).isEmpty();
        if (isStruckBeforeApply(outcome)) {
          before.put(when, Ended.of(outcome));
        }
      }
    }
    return before;
  }

  /** Counting clients takes longer than the lease of 150 s that is armed afterwards. */
  private static Playbook patient() {
    return PlaybookReader.read(
        "patient.yaml",
        """
        kind: Playbook
        name: patient
        select: all
        change: {packages: {wireguard-dkms: 1.0.1}, activate: reload-module}
        waves: [1]
        observe: {baseline: 200s, window: 30s}
        lease: {apply: 60s, confirm: 60s}
        """);
  }

  /** Before its intent is in the journal. */
  private static boolean isStruckBeforeApply(Trial.Outcome outcome) {
    return outcome.seen().stream()
        .takeWhile(seen ->
            seen.event()
                .filter(e -> e instanceof Event.StepBegan step && step.step().equals("apply"))
                .isEmpty())
        .anyMatch(seen -> seen.what() == Witness.What.MISHAP);
  }

  @Test
  void the_same_seed_writes_the_same_journal() {
    Trial.Outcome one = drawn(5);
    Trial.Outcome two = drawn(5);
    assertThat(two.lines()).isEqualTo(one.lines());
    assertThat(two.seen()).isEqualTo(one.seen());
  }

  @Test
  void whatever_strikes_no_law_is_broken() {
    tryUntil(FEW);
  }

  @Tag("slow")
  @Test
  void whatever_strikes_no_law_is_broken_by_a_thousand_kills_of_controller_network_and_host() {
    tryUntil(MANY);
  }

  /**
   * @param kills of controllers, of their network and of gateways, together
   */
  private void tryUntil(int kills) {
    List<String> broken = new ArrayList<>();
    Map<String, Integer> struck = new TreeMap<>();
    Map<String, Integer> results = new TreeMap<>();
    long seed = FIRST;
    for (; KILLS.stream().mapToInt(kind -> struck.getOrDefault(kind, 0)).sum() < kills; seed++) {
      Trial.Outcome outcome = drawn(seed);
      long of = seed;
      Laws.brokenBy(outcome).forEach(law -> broken.add("seed %d: %s".formatted(of, law)));
      outcome.seen().forEach(seen -> kind(seen).ifPresent(k -> struck.merge(k, 1, Integer::sum)));
      results.merge(outcome.result().map(Result::words).orElse("not planned"), 1, Integer::sum);
    }
    String told =
        "seeds %d to %d (-Dbackstay.seed begins elsewhere): %s; ended %s"
            .formatted(FIRST, seed - 1, struck, results);
    System.out.println(told);
    assertThat(broken).as(told).isEmpty();
  }

  /** In a few words: of a mishap the first two. */
  private static Optional<String> kind(Witness.Seen seen) {
    return switch (seen.what()) {
      case KILLED -> Optional.of("controller killed");
      case MISHAP -> {
        String[] words = seen.detail().split(" ");
        yield Optional.of(words[0] + (words.length > 1 ? " " + words[1] : ""));
      }
      case APPLY, APPLIED, CONFIRMED, REVERTED, REVERT_FAILED, JOURNAL, DRAINED, UNDRAINED ->
          Optional.empty();
    };
  }

  private Trial.Outcome drawn(long seed) {
    try {
      return new DrawTrial(seed, folder).draw().run();
    } finally {
      Fixture.empty(folder);
    }
  }
}
