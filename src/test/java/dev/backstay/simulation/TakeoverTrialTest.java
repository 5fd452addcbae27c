package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.inventory.Front;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.OrderWord;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.PlanText;
import dev.backstay.rollout.Planner;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.SavedPlan;
import dev.backstay.simulation.Witness.Seen;
import dev.backstay.simulation.Witness.What;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another gateway takes over, and the old one stays ready, whatever happens. */
@Timeout(3000)
final class TakeoverTrialTest {
  private static final String SCRIPT = "#!/bin/sh\nexit 0\n";
  private static final String MODULE =
      "{packages: {wireguard-dkms: 1.0.1}, activate: reload-module}";
  private static final String KERNEL =
      "{kernel: {packages: {linux-image-6.12.9: 6.12.9-1}}, activate: reboot}";
  private static final Duration AT_ONCE = Duration.ZERO;
  private static final Duration LATE = Duration.ofMinutes(3);
  private static final Duration MUCH_LATER = Duration.ofMinutes(40);

  /** Of all places where a controller can die, the fast suite tries one in so many. */
  private static final int SOME = 9;

  @TempDir private Path playbooks;
  private final Path folder = Fixture.folder();

  @BeforeEach
  void scripts() throws IOException {
    for (String name : List.of("over", "shows", "return")) {
      Files.writeString(playbooks.resolve(name), SCRIPT);
    }
  }

  @AfterEach
  void clear() throws IOException {
    Fixture.empty(folder);
    Files.delete(folder);
  }

  private Playbook playbook(String change) throws IOException {
    Path file = playbooks.resolve("play.yaml");
    Files.writeString(
        file,
        """
        kind: Playbook
        name: simulated
        select: gw2
        change: %s
        observe: {baseline: 10s, window: 60s}
        traffic:
          hosts: lb1
          takeover: {from: gw1, apply: over, verify: shows, revert: return, timeout: 5s}
          settle: 20s
          keep: 20m
          unwatched: 5m
        """
            .formatted(change));
    return PlaybookReader.read(file);
  }

  private Trial trial(String change, Fate fate, Map<String, Mishaps.Blow> mishaps)
      throws IOException {
    Map<String, List<Mishaps.Blow>> blows = new HashMap<>();
    mishaps.forEach((host, blow) -> blows.put(host, List.of(blow)));
    return new Trial(
        Long.getLong("backstay.seed", 7),
        playbook(change),
        Fixture.gateways(2),
        8,
        fate,
        blows,
        List.of(),
        List.of(),
        Fixture.SECOND,
        folder);
  }

  private Trial good() throws IOException {
    return trial(MODULE, Fate.GOOD, Map.of());
  }

  @Test
  void
      the_new_one_is_changed_empty_taken_into_use_judged_confirmed_and_watched_until_the_old_one_is_let_go()
          throws IOException {
    Trial.Outcome outcome = good().run();
    assertThat(outcome.result()).as(told(outcome)).contains(Result.DONE);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
    assertThat(of("gw2", outcome))
        .containsExactly(What.APPLY, What.APPLIED, What.UNDRAINED, What.CONFIRMED);
    assertThat(of("gw1", outcome)).containsExactly(What.DRAINED);
    assertThat(of("lb1", outcome)).containsExactly(What.APPLY, What.APPLIED, What.CONFIRMED);
    assertThat(steps(outcome))
        .containsExactly(
            "preflight",
            "baseline",
            "snapshot",
            "stage",
            "traffic",
            "arm",
            "apply",
            "reachable",
            "switch",
            "observe",
            "confirm",
            "release");
    assertThat(outcome.took()).isGreaterThan(Duration.ofMinutes(20));
  }

  @Test
  void one_that_was_prepared_earlier_takes_over_without_a_change() throws IOException {
    Trial.Outcome outcome = trial("{}", Fate.GOOD, Map.of()).run();
    assertThat(outcome.result()).as(told(outcome)).contains(Result.DONE);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
  }

  @Test
  void another_kernel_is_booted_before_anybody_comes_and_a_bad_one_harms_nobody()
      throws IOException {
    Trial kernel = trial(KERNEL, Fate.GOOD, Map.of());
    Trial.Outcome good = run(kernel);
    assertThat(good.result()).as(told(good)).contains(Result.DONE);
    assertThat(Laws.brokenBy(good)).isEmpty();
    Trial.Outcome bad = run(kernel.with(Bad.kernel("gw2", Fate.Boot.PANICS)));
    assertThat(bad.result()).as(told(bad)).contains(Result.ROLLED_BACK);
    assertThat(of("gw1", bad)).isEmpty();
    assertThat(Laws.brokenBy(bad)).isEmpty();
  }

  @Test
  void a_new_one_that_fails_its_clients_gives_them_back_first_and_then_its_change()
      throws IOException {
    Trial.Outcome outcome = run(trial(MODULE, new DrawnFate(7, 10000, 0, 0, 0, 0), Map.of()));
    assertThat(outcome.result()).as(told(outcome)).contains(Result.ROLLED_BACK);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
    assertThat(of("gw2", outcome))
        .containsExactly(What.APPLY, What.APPLIED, What.UNDRAINED, What.DRAINED, What.REVERTED);
    assertThat(of("gw1", outcome)).containsExactly(What.DRAINED, What.UNDRAINED);
  }

  @Test
  void a_module_that_does_not_load_harms_nobody_because_nobody_is_there() throws IOException {
    Trial.Outcome outcome = run(trial(MODULE, new DrawnFate(7, 0, 10000, 0, 0, 0), Map.of()));
    assertThat(outcome.result()).contains(Result.ROLLED_BACK);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
    assertThat(of("gw1", outcome)).isEmpty();
  }

  /**
   * The plan of the takeover by gw2 from gw1, of three gateways.
   *
   * @param shared whether all of them know the same clients
   */
  private String planned(List<Gateway> selected, Gateway old, boolean shared) throws IOException {
    Playbook playbook = playbook("{}");
    Front front = new Front(List.of(Simulation.host("lb1")), Optional.of(old));
    return VirtualTime.run(
        5,
        world -> {
          SimulatedFleet fleet =
              SimulatedFleet.of(
                  world,
                  5,
                  Fixture.gateways(3),
                  playbook.change(),
                  8,
                  Fate.GOOD,
                  new Mishaps(Map.of()),
                  shared ? Optional.of("gw1") : Optional.empty(),
                  Fixture.SECOND);
          fleet.behind(world, 5, Simulation.host("lb1"));
          try {
            Plan plan =
                new Planner(fleet.connector(world, Effects.none()), world)
                    .plan(playbook, selected, front);
            SavedPlan.Source nothing = new SavedPlan.Source("p.yaml", "0", "");
            return PlanText.of(SavedPlan.of(plan, nothing, nothing, "anna", Instant.EPOCH));
          } catch (ProblemException refused) {
            return String.valueOf(refused.getMessage());
          }
        });
  }

  private static Gateway gateway(String name, String pair) {
    Gateway one = Simulation.host(name);
    return new Gateway(name, one.target(), Set.of(), "", pair, Optional.empty(), false);
  }

  @Test
  void a_plan_says_whose_clients_are_taken_over_and_what_brings_them_back() throws IOException {
    assertThat(planned(List.of(gateway("gw2", "")), gateway("gw1", ""), true))
        .contains("gw2  takes over the clients of gw1")
        .contains("traffic takes over the clients of gw1, which stays ready for 20 min")
        .contains("traffic lb1 script takeover")
        .contains(
            "lb1 sends the clients of gw1 over, and by itself back after 155 s without a verdict; then gw1 stays ready for 20 min, and the clients go back by themselves 5 min after the last look at them")
        .contains("sessions: every client shakes hands anew with the new gateway")
        .doesNotContain("nothing to do");
  }

  @Test
  void a_takeover_that_cannot_be_is_refused_at_the_plan() throws IOException {
    Gateway gw1 = gateway("gw1", "");
    Gateway gw2 = gateway("gw2", "");
    assertThat(planned(List.of(gw2, gateway("gw3", "")), gw1, true))
        .contains("2 gateways are selected (gw2, gw3), and one takes over the clients of gw1");
    assertThat(planned(List.of(gw1), gw1, true))
        .contains("gw1 is selected, and its clients are with it already");
    assertThat(planned(List.of(gateway("gw2", "b")), gateway("gw1", "a"), true))
        .contains("gw2 and gw1 are no pair in the inventory: gw2 is of b and gw1 is of a");
    assertThat(planned(List.of(gw2), gateway("gw1", "a"), true)).contains("gw2 has none");
    assertThat(planned(List.of(gw2), gw1, false))
        .contains("gw2: wg0 does not know the peers ")
        .contains("and 3 more, whom gw1 knows");
  }

  @Test
  void one_that_has_clients_already_is_not_touched() throws IOException {
    Trial.Outcome outcome =
        run(good().hit(new Trial.Hit(4, new Trial.Strike.Of("lb1", new Mishap.SendsHere("gw2")))));
    assertThat(outcome.result()).as(told(outcome)).contains(Result.UNCHANGED);
    assertThat(reason(outcome)).contains("8 clients are on this gateway already");
    assertThat(of("gw2", outcome)).doesNotContain(What.APPLY);
  }

  /** Struck when the old one begins to be kept ready. */
  private Trial kept(Trial.Strike... strikes) throws IOException {
    long held =
        run(good()).lines().stream()
            .filter(line -> line.body() instanceof Event.Held)
            .findFirst()
            .orElseThrow()
            .seq();
    return good()
        .hit(
            Stream.of(strikes)
                .map(strike -> new Trial.Hit(held, strike))
                .toArray(Trial.Hit[]::new));
  }

  @Test
  void clients_that_fail_while_the_old_one_is_kept_ready_go_back_to_it() throws IOException {
    Trial.Outcome outcome = run(kept(new Trial.Strike.Of("gw2", new Mishap.ClientsFail())));
    assertThat(outcome.result()).as(told(outcome)).contains(Result.ROLLED_BACK);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
    assertThat(of("gw2", outcome))
        .endsWith(What.CONFIRMED, What.MISHAP, What.DRAINED, What.REVERTED);
    // Those who had asked three times by then; the others only later.
    assertThat(reason(outcome))
        .isEqualTo("gw2 became worse: 3 of 8 clients completed no handshake (limit 5%)");
    assertThat(outcome.took()).as("long before it is over").isLessThan(Duration.ofMinutes(10));
  }

  @Test
  void a_person_who_says_rollback_gets_the_clients_back_first_and_then_the_change()
      throws IOException {
    for (OrderWord word : List.of(OrderWord.ROLLBACK, OrderWord.ABORT)) {
      Trial.Outcome outcome = run(kept(new Trial.Strike.Ordered(word)));
      assertThat(outcome.result()).as(told(outcome)).contains(Result.ROLLED_BACK);
      assertThat(Laws.brokenBy(outcome)).isEmpty();
      assertThat(of("gw2", outcome)).endsWith(What.CONFIRMED, What.DRAINED, What.REVERTED);
    }
  }

  @Test
  void an_old_one_that_is_gone_is_told_of_and_nobody_is_sent_to_it() throws IOException {
    Trial.Outcome outcome =
        run(
            kept(
                new Trial.Strike.Of("gw1", new Mishap.Unreachable()),
                new Trial.Strike.Of("gw2", new Mishap.ClientsFail())));
    assertThat(outcome.lines())
        .extracting(JournalLine::body)
        .anyMatch(event ->
            event instanceof Event.WayBack way
                && !way.ready()
                && way.why().startsWith("gw1 does not answer"))
        .anyMatch(event ->
            event instanceof Event.Held held && held.what().contains("a person is needed"));
    assertThat(of("gw1", outcome)).as("nobody was sent back").doesNotContain(What.UNDRAINED);
    assertThat(outcome.result()).as(told(outcome)).contains(Result.PARTIAL);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
  }

  @Test
  void nobody_is_sent_to_an_old_one_that_is_gone_when_the_controller_dies_too() throws IOException {
    Trial trial = kept(new Trial.Strike.Of("gw1", new Mishap.Unreachable()));
    long told =
        run(trial).lines().stream()
            .filter(line -> line.body() instanceof Event.WayBack)
            .findFirst()
            .orElseThrow()
            .seq();
    Trial.Outcome outcome =
        run(trial, new Trial.Kill(new Death.AfterLine(told), Duration.ofMinutes(12)));
    assertThat(of("gw1", outcome)).as(told(outcome)).doesNotContain(What.UNDRAINED);
    assertThat(outcome.result()).contains(Result.DONE);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
  }

  @Test
  void a_person_may_send_them_to_an_old_one_that_does_not_answer() throws IOException {
    long held =
        run(kept(new Trial.Strike.Of("gw1", new Mishap.Unreachable()))).lines().stream()
            .filter(line -> line.body() instanceof Event.WayBack)
            .findFirst()
            .orElseThrow()
            .seq();
    Trial.Outcome outcome =
        run(
            good()
                .hit(
                    new Trial.Hit(held - 1, new Trial.Strike.Of("gw1", new Mishap.Unreachable())),
                    new Trial.Hit(held, new Trial.Strike.Ordered(OrderWord.ROLLBACK))));
    assertThat(of("gw1", outcome)).as(told(outcome)).contains(What.UNDRAINED);
    assertThat(outcome.result()).contains(Result.ROLLED_BACK);
  }

  @Test
  void an_old_one_that_comes_back_is_a_way_back_again() throws IOException {
    Trial.Outcome outcome =
        run(
            kept(
                new Trial.Strike.Of("gw1", new Mishap.LinkCut(Duration.ofMinutes(5))),
                new Trial.Strike.Of("gw2", new Mishap.ClientsFail())));
    assertThat(outcome.lines())
        .extracting(JournalLine::body)
        .filteredOn(Event.WayBack.class::isInstance)
        .extracting(event -> ((Event.WayBack) event).ready())
        .as(told(outcome))
        .containsExactly(false, true);
    assertThat(outcome.result()).contains(Result.ROLLED_BACK);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
  }

  @Test
  void a_new_one_that_tells_nothing_any_more_gives_its_clients_back() throws IOException {
    Trial.Outcome outcome = run(kept(new Trial.Strike.Of("gw2", new Mishap.Unreachable())));
    assertThat(of("gw2", outcome)).as(told(outcome)).endsWith(What.MISHAP, What.DRAINED);
    assertThat(outcome.result()).as("its change is there still").contains(Result.PARTIAL);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
  }

  @Test
  void a_controller_that_reaches_nobody_for_a_while_takes_nobody_back() throws IOException {
    Trial.Outcome outcome = run(kept(new Trial.Strike.NetworkCut(Duration.ofMinutes(4))));
    assertThat(outcome.result()).as(told(outcome)).contains(Result.DONE);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
  }

  @Test
  void a_traffic_host_that_starts_anew_has_brought_the_clients_back_and_that_is_seen()
      throws IOException {
    Trial.Outcome outcome =
        run(kept(new Trial.Strike.Of("lb1", new Mishap.PowerCut(Duration.ofSeconds(20)))));
    assertThat(outcome.lines())
        .extracting(JournalLine::body)
        .as(told(outcome))
        .anyMatch(Event.WentBack.class::isInstance);
    assertThat(outcome.result()).contains(Result.ROLLED_BACK);
    assertThat(Laws.brokenBy(outcome)).isEmpty();
  }

  @Test
  void who_goes_on_in_time_keeps_the_rest_of_the_time_and_who_comes_late_finds_the_clients_back()
      throws IOException {
    long held = run(good()).lines().size() - 3L;
    Trial.Outcome inTime =
        run(good(), new Trial.Kill(new Death.AfterLine(held), Duration.ofMinutes(3)));
    assertThat(inTime.result()).as(told(inTime)).contains(Result.DONE);
    assertThat(inTime.took())
        .as("the three minutes without anybody are part of the twenty")
        .isBetween(Duration.ofMinutes(20), Duration.ofMinutes(23));
    Trial.Outcome late =
        run(good(), new Trial.Kill(new Death.AfterLine(held), Duration.ofMinutes(10)));
    assertThat(late.result()).as(told(late)).contains(Result.ROLLED_BACK);
    assertThat(Laws.brokenBy(late)).isEmpty();
    assertThat(reason(late)).contains("its clients went back by themselves");
  }

  private static String reason(Trial.Outcome outcome) {
    return outcome.lines().getLast().body() instanceof Event.Ended end ? end.reason() : "no end";
  }

  @Test
  void after_any_line_the_next_controller_brings_the_takeover_to_its_end() throws IOException {
    Trial trial = good();
    int lines = run(trial).lines().size();
    for (int line = 1; line <= lines; line++) {
      Trial.Outcome outcome = run(trial, new Trial.Kill(new Death.AfterLine(line), AT_ONCE));
      assertThat(Laws.brokenBy(outcome)).as("line %d: %s", line, told(outcome)).isEmpty();
      assertThat(outcome.result()).as("line %d: %s", line, told(outcome)).contains(Result.DONE);
    }
  }

  @Test
  void no_law_is_broken_at_some_of_the_places_where_a_controller_can_die() throws IOException {
    holds(SOME);
  }

  @Tag("slow")
  @Test
  void no_law_is_broken_at_any_place_where_a_controller_can_die() throws IOException {
    holds(1);
  }

  private void holds(int one) throws IOException {
    for (Trial trial :
        List.of(
            good(),
            trial("{}", Fate.GOOD, Map.of()),
            trial(KERNEL, Fate.GOOD, Map.of()),
            trial(MODULE, new DrawnFate(7, 10000, 0, 0, 0, 0), Map.of()),
            trial(MODULE, new DrawnFate(7, 0, 10000, 0, 0, 0), Map.of()))) {
      Trial.Outcome whole = run(trial);
      int lines = whole.lines().size();
      List<String> broken = new ArrayList<>();
      for (Duration until : List.of(AT_ONCE, LATE, MUCH_LATER)) {
        broken.addAll(each(trial, lines, one, Death.AfterLine::new, until));
        broken.addAll(each(trial, lines, one, Death.InLine::new, until));
        broken.addAll(each(trial, whole.effects(), one, Death.BeforeEffect::new, until));
        broken.addAll(each(trial, whole.effects(), one, Death.AfterEffect::new, until));
      }
      assertThat(broken).isEmpty();
    }
  }

  private List<String> each(
      Trial trial, int count, int one, IntFunction<Death> when, Duration until) {
    return IntStream.rangeClosed(1, count)
        .filter(place -> place % one == 0)
        .mapToObj(when)
        .flatMap(death -> {
          Trial.Outcome outcome = run(trial, new Trial.Kill(death, until));
          return Laws.brokenBy(outcome).stream()
              .map(
                  law -> "%s, another %s later: %s %s".formatted(death, until, law, told(outcome)));
        })
        .toList();
  }

  @Test
  void a_controller_that_dies_for_good_leaves_the_clients_where_a_lease_or_a_release_has_them()
      throws IOException {
    Trial trial = good();
    int lines = run(trial).lines().size();
    for (int line = 2; line <= lines; line++) {
      Trial.Outcome outcome =
          run(
              trial,
              new Trial.Kill(new Death.AfterLine(line), AT_ONCE),
              new Trial.Kill(new Death.AfterLine(1), AT_ONCE));
      assertThat(Laws.brokenBy(outcome)).as("line %d: %s", line, told(outcome)).isEmpty();
    }
  }

  @Test
  void whatever_strikes_one_of_the_three_no_law_is_broken() throws IOException {
    for (String host : List.of("gw1", "gw2", "lb1")) {
      for (int call = 2; call <= 60; call += call < 30 ? 1 : 7) {
        for (Mishap mishap :
            List.of(
                new Mishap.LinkCut(Duration.ZERO),
                new Mishap.LinkCut(Duration.ofSeconds(300)),
                new Mishap.PowerCut(Duration.ofSeconds(30)),
                new Mishap.Unreachable())) {
          Trial.Outcome outcome =
              run(trial(MODULE, Fate.GOOD, Map.of(host, new Mishaps.Blow(call, true, mishap))));
          assertThat(Laws.brokenBy(outcome))
              .as("%s of %s at call %d: %s", mishap, host, call, told(outcome))
              .isEmpty();
        }
      }
    }
  }

  private Trial.Outcome run(Trial trial, Trial.Kill... kills) {
    try {
      return trial.killed(kills).run();
    } finally {
      Fixture.empty(folder);
    }
  }

  private static String told(Trial.Outcome outcome) {
    StringBuilder text = new StringBuilder(outcome.refused().orElse(""));
    outcome
        .lines()
        .forEach(line -> {
          if (!(line.body() instanceof Event.Remembered)) {
            text.append('\n').append(line.time()).append(' ').append(line.body());
          }
        });
    return text.toString();
  }

  private static List<What> of(String gateway, Trial.Outcome outcome) {
    return outcome.seen().stream()
        .filter(seen -> seen.gateway().equals(gateway))
        .map(Seen::what)
        .toList();
  }

  private static List<String> steps(Trial.Outcome outcome) {
    return outcome.lines().stream()
        .map(line -> line.body())
        .filter(Event.StepBegan.class::isInstance)
        .map(Event.StepBegan.class::cast)
        .map(Event.StepBegan::step)
        .toList();
  }
}
