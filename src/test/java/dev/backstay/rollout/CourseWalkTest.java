package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.rollout.Wave.Choice;
import dev.backstay.transaction.Resumption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Random rollouts on paper: chance says what each gateway does, when a person speaks and after
 * which line the controller dies; {@link Course} says all the rest. Whatever comes, the rollout
 * ends, and how it ends is true.
 */
final class CourseWalkTest {
  private static final int WALKS = 3000;
  private static final int LONGEST = 400;
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final List<String> LIMITS =
      List.of("", "limits: {maxFailed: 1}\n", "limits: {maxFailed: 100%}\n");
  private static final List<String> BACK = List.of("", "onFailure: {rollback: wave}\n");

  /** What a gateway is really like. */
  private enum Real {
    OLD,
    UNDER_LEASE,
    NEW
  }

  private static final class Walk {
    private final Random random;
    private final List<JournalLine> lines = new ArrayList<>();
    private final Map<String, Real> real = new HashMap<>();
    private final Set<Integer> passed = new HashSet<>();
    private final Scope scope;
    private RolloutState state = new RolloutState();
    private boolean crashed;

    Walk(long seed) {
      random = new Random(seed);
      List<Wave> waves = new ArrayList<>();
      Map<String, Gateway> gateways = new HashMap<>();
      int next = 1;
      for (int wave = 0; wave < 1 + random.nextInt(3); wave++) {
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
          String name = "gw" + next++;
          choices.add(new Choice(name, ""));
          gateways.put(name, PlanFixture.gateway(name));
          real.put(name, Real.OLD);
        }
        waves.add(new Wave(choices, false));
      }
      String text =
          PlanFixture.PLAYBOOK
              + LIMITS.get(random.nextInt(LIMITS.size()))
              + BACK.get(random.nextInt(BACK.size()));
      scope = new Scope(PlaybookReader.read("p.yaml", text), gateways, waves, 1);
    }

    private boolean chance(int percent) {
      return random.nextInt(100) < percent;
    }

    /** A line that is on the disk. After any of them the controller may die. */
    private boolean tell(Event event) {
      if (crashed) {
        return false;
      }
      JournalLine line = new JournalLine(lines.size() + 1L, NOW, "", event);
      lines.add(line);
      state.accept(line);
      crashed = chance(3);
      return !crashed;
    }

    Event.Ended run() {
      tell(new Event.Started(1, "r", "p", "h", scope.names(), 1, "anna"));
      while (lines.size() < LONGEST) {
        if (crashed) {
          takeOver();
        }
        if (chance(2)) {
          tell(new Event.Ordered(word(), "anna", ""));
          continue;
        }
        Next next = new Course(scope, Calendar.OPEN).next(state, NOW);
        if (next instanceof Next.End(Result result, String reason)) {
          return new Event.Ended(result, reason);
        }
        step(next);
      }
      throw new AssertionError("it does not end: " + lines.subList(LONGEST - 20, LONGEST));
    }

    private OrderWord word() {
      OrderWord[] words = OrderWord.values();
      return words[random.nextInt(words.length)];
    }

    /** Leases that nobody renews run out sometimes, and the fold is made from the disk. */
    private void takeOver() {
      crashed = false;
      real.replaceAll((name, is) -> is == Real.UNDER_LEASE && chance(50) ? Real.OLD : is);
      state = RolloutState.fold(lines);
      tell(new Event.Resumed(state.epoch() + 1, "bob"));
    }

    private void step(Next next) {
      switch (next) {
        case Next.StartWave(int wave) ->
            tell(new Event.WaveStarted(wave, scope.waves().get(wave - 1).gateways()));
        case Next.Try(List<String> gateways) -> gateways.forEach(this::attempt);
        case Next.Withhold(String gateway, String why) -> {
          assertThat(state.gateway(gateway).hasBegun()).as("%s was begun with", gateway).isFalse();
          tell(new Event.Tried(gateway, Trial.WITHHELD, why));
        }
        case Next.JudgeWave(int wave, boolean good, String reason) -> {
          if (good) {
            passed.add(wave);
          }
          tell(new Event.WaveJudged(wave, good, reason));
        }
        case Next.Settle(List<String> confirm, List<String> revert, String why) -> {
          confirm.forEach(this::confirm);
          revert.forEach(name -> revert(name, why));
        }
        case Next.TakeBack(List<String> gateways, String why) ->
            tell(new Event.TakingBack(gateways, why));
        case Next.Hold hold -> {
          tell(new Event.Held(hold.what(), hold.until()));
          tell(new Event.Ordered(OrderWord.CONTINUE, "anna", ""));
        }
        case Next.Keep kept -> throw new AssertionError(kept);
        case Next.Release release -> throw new AssertionError(release);
        case Next.Leave leave -> {
          crashed = true;
        }
        case Next.End end -> throw new AssertionError(end);
      }
    }

    private void attempt(String name) {
      if (state.gateway(name).mustBeAsked() && !asked(name)) {
        return;
      }
      if (state.gateway(name).trial().isPresent() || state.gateway(name).end().isPresent()) {
        return;
      }
      if (!tell(new Event.StepBegan(name, "preflight"))) {
        return;
      }
      Trial trial = Trial.values()[random.nextInt(Trial.values().length)];
      if (chance(60)) {
        trial = Trial.PASSED;
      }
      switch (trial) {
        case PASSED, FAILED, INCONCLUSIVE, UNKNOWN -> real.put(name, Real.UNDER_LEASE);
        case AS_WANTED, STOPPED, REVERTED, WITHHELD -> {}
      }
      tell(new Event.Tried(name, trial, "because"));
    }

    /** Whether it takes its turn now. */
    private boolean asked(String name) {
      if (real.get(name) == Real.NEW) {
        tell(new Event.Tried(name, Trial.PASSED, "found"));
        ended(name, "confirmed");
        return false;
      }
      if (real.get(name) == Real.UNDER_LEASE) {
        tell(new Event.Probed(name, "applied", Resumption.WATCH));
        tell(new Event.Tried(name, chance(70) ? Trial.PASSED : Trial.FAILED, "watched anew"));
        return false;
      }
      return tell(new Event.Probed(name, "nothing", Resumption.AGAIN));
    }

    private void confirm(String name) {
      assertThat(passed).as("%s is confirmed in a wave that passed", name).contains(waveOf(name));
      boolean changes = real.get(name) == Real.UNDER_LEASE;
      if (!tell(new Event.StepBegan(name, "confirm"))) {
        return;
      }
      if (changes) {
        real.put(name, Real.NEW);
      }
      ended(name, changes ? "confirmed" : "unchanged");
    }

    private void revert(String name, String why) {
      boolean was = real.get(name) != Real.OLD;
      if (!tell(new Event.StepBegan(name, "revert"))) {
        return;
      }
      real.put(name, Real.OLD);
      ended(name, was ? "reverted" : "unchanged");
    }

    private void ended(String name, String ending) {
      tell(new Event.GatewayEnded(name, ending, ""));
    }

    private int waveOf(String name) {
      return IntStream.rangeClosed(1, scope.waves().size())
          .filter(wave -> scope.waves().get(wave - 1).gateways().contains(name))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void however_often_controllers_die_and_people_speak_a_rollout_ends_and_its_result_is_true() {
    long first = Long.getLong("backstay.seed", 1);
    Map<Result, Integer> results = new HashMap<>();
    for (long seed = first; seed < first + WALKS; seed++) {
      Walk walk = new Walk(seed);
      Event.Ended end = walk.run();
      results.merge(end.result(), 1, Integer::sum);
      assertThat(walk.real.values()).as("seed %d: %s", seed, end).doesNotContain(Real.UNDER_LEASE);
      switch (end.result()) {
        case ROLLED_BACK, INCONCLUSIVE, UNCHANGED ->
            assertThat(walk.real.values()).as("seed %d: %s", seed, end).containsOnly(Real.OLD);
        case DONE, PARTIAL -> {}
      }
    }
    assertThat(results).as("chance met every end").containsOnlyKeys(Result.values());
  }

  @Test
  void pitfall_19_every_beginning_of_a_journal_leads_on_with_and_without_another_controller() {
    long first = Long.getLong("backstay.seed", 1);
    for (long seed = first; seed < first + WALKS / 30; seed++) {
      Walk walk = new Walk(seed);
      walk.run();
      for (int length = 1; length <= walk.lines.size(); length++) {
        RolloutState state = RolloutState.fold(walk.lines.subList(0, length));
        Course course = new Course(walk.scope, Calendar.OPEN);
        assertThat(course.next(state, NOW)).isNotNull();
        state.accept(new JournalLine(length + 1L, NOW, "", new Event.Resumed(99, "bob")));
        assertThat(course.next(state, NOW))
            .as("seed %d, line %d: nothing is confirmed from memory", seed, length)
            .matches(next -> !(next instanceof Next.Settle settle) || settle.confirm().isEmpty());
      }
    }
  }

  @Test
  void pitfall_4_who_says_rollback_gets_everything_back_after_any_line() {
    long first = Long.getLong("backstay.seed", 1);
    for (long seed = first; seed < first + WALKS / 30; seed++) {
      Walk walk = new Walk(seed);
      walk.run();
      Set<String> confirmed = new HashSet<>();
      for (int length = 1; length <= walk.lines.size(); length++) {
        RolloutState state = RolloutState.fold(walk.lines.subList(0, length));
        state.accept(
            new JournalLine(
                length + 1L, NOW, "", new Event.Ordered(OrderWord.ROLLBACK, "bob", "")));
        Next next = new Course(walk.scope, Calendar.OPEN).next(state, NOW);
        assertThat(next)
            .as("pitfall 4, seed %d, line %d", seed, length)
            .isInstanceOfAny(Next.Settle.class, Next.TakeBack.class, Next.End.class);
        if (next instanceof Next.End end && end.result() == Result.DONE) {
          confirmed.add(seed + " " + length);
        }
      }
      assertThat(confirmed).isEmpty();
    }
  }

  @Test
  void a_walk_is_the_same_for_the_same_seed() {
    Walk one = new Walk(7);
    Walk two = new Walk(7);
    assertThat(Optional.of(one.run())).isEqualTo(Optional.of(two.run()));
    assertThat(one.lines).isEqualTo(two.lines);
  }
}
