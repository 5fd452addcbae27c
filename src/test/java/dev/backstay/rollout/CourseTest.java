package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Freeze;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.rollout.Wave.Choice;
import dev.backstay.ssh.Target;
import dev.backstay.transaction.Resumption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a rollout does next, line by line of its journal. Nothing here runs. */
final class CourseTest {
  private static final String PLAYBOOK =
      """
      kind: Playbook
      name: p
      select: gw*
      change: {packages: {wireguard-tools: 1.10}, activate: none}
      """;

  private static final Set<String> PAIRED = Set.of("gw2", "gw5");

  private final RolloutState state = new RolloutState();
  private Instant now = Instant.parse("2026-11-25T12:00:00Z");
  private long seq;
  private Calendar calendar = Calendar.OPEN;
  private List<Wave> waves = waves("gw1", "gw2,gw3,gw4");
  private String more = "";

  private static List<Wave> waves(String... names) {
    return List.of(names).stream()
        .map(wave ->
            new Wave(
                List.of(wave.split(",")).stream().map(name -> new Choice(name, "")).toList(),
                false))
        .toList();
  }

  private static Gateway gateway(String name) {
    Target target = new Target(name, name, 22, "root", List.of(), Path.of("/k"), List.of());
    return new Gateway(
        name,
        target,
        name.equals("gw4") ? Set.of("edge") : Set.of(),
        name.equals("gw1") ? "a" : "b",
        PAIRED.contains(name) ? "pair" : "",
        Optional.empty(),
        false);
  }

  private Scope scope() {
    Map<String, Gateway> gateways = new TreeMap<>();
    waves.forEach(wave -> wave.gateways().forEach(name -> gateways.put(name, gateway(name))));
    Playbook playbook = PlaybookReader.read("p.yaml", PLAYBOOK + more);
    return new Scope(playbook, gateways, waves, 1);
  }

  private Next next() {
    return new Course(scope(), calendar).next(state, now);
  }

  private void tell(Event... events) {
    for (Event event : events) {
      state.accept(new JournalLine(++seq, now, "", event));
    }
  }

  private void begin() {
    tell(
        new Event.Started(
            1, "r", "p", "h", waves.stream().map(Wave::gateways).toList(), 1, "anna"));
  }

  private void tried(String gateway, Trial trial) {
    tell(
        new Event.StepBegan(gateway, "preflight"),
        new Event.Tried(gateway, trial, "because of " + trial));
  }

  private void ended(String gateway, String ending) {
    tell(new Event.GatewayEnded(gateway, ending, ""));
  }

  /** The canary is confirmed. */
  private void afterCanary() {
    begin();
    tell(new Event.WaveStarted(1, List.of("gw1")));
    tried("gw1", Trial.PASSED);
    tell(new Event.WaveJudged(1, true, ""));
    ended("gw1", "confirmed");
  }

  private void secondWave(Trial gw2, Trial gw3, Trial gw4) {
    afterCanary();
    tell(new Event.WaveStarted(2, List.of("gw2", "gw3", "gw4")));
    tried("gw2", gw2);
    tried("gw3", gw3);
    tried("gw4", gw4);
  }

  @Test
  void a_wave_is_started_tried_judged_and_settled_and_then_the_next() {
    begin();
    assertThat(next()).isEqualTo(new Next.StartWave(1));
    tell(new Event.WaveStarted(1, List.of("gw1")));
    assertThat(next()).isEqualTo(new Next.Try(List.of("gw1")));
    tried("gw1", Trial.PASSED);
    assertThat(next()).isEqualTo(new Next.JudgeWave(1, true, "every gateway passed"));
    tell(new Event.WaveJudged(1, true, ""));
    assertThat(next()).isEqualTo(new Next.Settle(List.of("gw1"), List.of(), "it failed alone"));
    ended("gw1", "confirmed");
    assertThat(next()).isEqualTo(new Next.StartWave(2));
  }

  @Test
  void it_is_done_only_when_every_gateway_has_ended() {
    secondWave(Trial.PASSED, Trial.PASSED, Trial.AS_WANTED);
    tell(new Event.WaveJudged(2, true, ""));
    ended("gw2", "confirmed");
    ended("gw3", "confirmed");
    assertThat(next()).isEqualTo(new Next.Settle(List.of("gw4"), List.of(), "it failed alone"));
    ended("gw4", "unchanged");
    assertThat(next()).isEqualTo(new Next.End(Result.DONE, "every wave passed"));
  }

  @Test
  void a_canary_may_never_fail_whatever_the_limits_are() {
    more = "limits: {maxFailed: 100%}\n";
    begin();
    tell(new Event.WaveStarted(1, List.of("gw1")));
    tried("gw1", Trial.FAILED);
    assertThat(next()).isEqualTo(new Next.JudgeWave(1, false, "gw1: because of FAILED"));
    tell(new Event.WaveJudged(1, false, "gw1"));
    assertThat(next()).isEqualTo(new Next.Settle(List.of(), List.of("gw1"), "gw1"));
    ended("gw1", "reverted");
    assertThat(next()).isEqualTo(new Next.End(Result.ROLLED_BACK, "gw1"));
  }

  @Test
  void pitfall_1_a_gateway_that_cannot_be_reached_has_failed() {
    secondWave(Trial.PASSED, Trial.UNKNOWN, Trial.PASSED);
    assertThat(next())
        .isEqualTo(
            new Next.JudgeWave(
                2, false, "gw3: because of UNKNOWN; 1 gateway has failed, and 0 may"));
  }

  @Test
  void pitfall_2_what_is_inconclusive_never_goes_on() {
    begin();
    tell(new Event.WaveStarted(1, List.of("gw1")));
    tried("gw1", Trial.INCONCLUSIVE);
    tell(new Event.WaveJudged(1, false, "gw1: no evidence"));
    ended("gw1", "reverted");
    assertThat(next()).isEqualTo(new Next.End(Result.INCONCLUSIVE, "gw1: no evidence"));
  }

  @Test
  void pitfall_47_failures_of_all_waves_count_together_and_a_few_are_reverted_alone() {
    more = "limits: {maxFailed: [1, 50%]}\n";
    secondWave(Trial.PASSED, Trial.STOPPED, Trial.PASSED);
    assertThat(next())
        .isEqualTo(
            new Next.JudgeWave(
                2, true, "1 of 3 failed, which the limits allow; gw3: because of STOPPED"));
    tell(new Event.WaveJudged(2, true, ""));
    assertThat(next())
        .isEqualTo(new Next.Settle(List.of("gw2", "gw4"), List.of("gw3"), "it failed alone"));
    ended("gw2", "confirmed");
    ended("gw3", "unchanged");
    ended("gw4", "confirmed");
    assertThat(next())
        .isInstanceOfSatisfying(
            Next.End.class, end -> assertThat(end.result()).isEqualTo(Result.PARTIAL));
  }

  /** gw1 has the clients of gw0, and is confirmed. */
  private void tookOver() {
    waves = waves("gw1");
    more =
        "traffic: {hosts: lb1, takeover: {from: gw0, apply: %1$s, verify: %1$s, revert: %1$s}, keep: 24h}\n"
            .formatted("playbooks/examples/traffic/takeover");
    begin();
    tell(new Event.WaveStarted(1, List.of("gw1")));
    tried("gw1", Trial.PASSED);
    tell(new Event.StepBegan("gw1", "switch"), step("gw1", "switch"));
    tell(new Event.WaveJudged(1, true, ""));
    ended("gw1", "confirmed");
  }

  private static Event step(String gateway, String step) {
    return new Event.StepEnded(gateway, step, "done", "", Map.of());
  }

  @Test
  void who_took_over_is_watched_until_the_old_one_is_let_go_by_the_clock() {
    tookOver();
    Instant until = now.plus(Duration.ofHours(24));
    assertThat(next())
        .isEqualTo(
            new Next.Keep("gw1", "gw0 is kept ready to take its clients back from gw1", until));
    now = until.minusSeconds(1);
    tell(new Event.Resumed(2, "bob"));
    assertThat(next())
        .as("another controller keeps what is left")
        .isInstanceOfSatisfying(Next.Keep.class, keep -> assertThat(keep.until()).isEqualTo(until));
    now = until;
    assertThat(next()).isEqualTo(new Next.Release("gw1"));
    tell(new Event.StepBegan("gw1", "release"));
    assertThat(next()).isEqualTo(new Next.Release("gw1"));
    tell(step("gw1", "release"));
    assertThat(next()).isEqualTo(new Next.End(Result.DONE, "every wave passed"));
  }

  @Test
  void who_became_worse_goes_back_while_the_old_one_is_kept() {
    tookOver();
    tell(new Event.WentBad("gw1", "2 of 20 clients"));
    assertThat(next())
        .isEqualTo(new Next.TakeBack(List.of("gw1"), "gw1 became worse: 2 of 20 clients"));
  }

  @Test
  void an_abort_while_the_old_one_is_kept_takes_all_back_for_the_move_is_open() {
    tookOver();
    tell(new Event.Ordered(OrderWord.ABORT, "anna", ""));
    assertThat(next()).isEqualTo(new Next.TakeBack(List.of("gw1"), "aborted by anna"));
  }

  @Test
  void nobody_is_sent_to_an_old_one_that_is_not_ready_but_by_a_person() {
    tookOver();
    tell(new Event.WayBack("gw1", false, "gw0 does not answer"));
    tell(new Event.WentBad("gw1", "2 of 20 clients"));
    assertThat(next())
        .isInstanceOfSatisfying(
            Next.Keep.class,
            keep ->
                assertThat(keep.what())
                    .contains("gw1 became worse (2 of 20 clients)", "gw0 does not answer")
                    .contains("a person is needed", "backstay rollback r"));
    tell(new Event.Ordered(OrderWord.ROLLBACK, "anna", ""));
    assertThat(next()).isInstanceOf(Next.TakeBack.class);
  }

  @Test
  void no_way_back_is_not_claimed_while_there_is_none() {
    tookOver();
    tell(new Event.WayBack("gw1", false, "gw0 does not answer"));
    assertThat(next())
        .isInstanceOfSatisfying(
            Next.Keep.class,
            keep ->
                assertThat(keep.what())
                    .isEqualTo(
                        "gw1 has the clients of gw0, which could not take them back now: gw0 does not answer"));
  }

  @Test
  void an_old_one_that_is_ready_again_gets_them() {
    tookOver();
    tell(new Event.WayBack("gw1", false, "gw0 does not answer"));
    tell(new Event.WentBad("gw1", "2 of 20 clients"));
    tell(new Event.WayBack("gw1", true, ""));
    assertThat(next()).isInstanceOf(Next.TakeBack.class);
  }

  @Test
  void who_is_worse_without_a_way_back_to_the_end_keeps_its_clients_and_a_person_is_needed() {
    tookOver();
    tell(new Event.WayBack("gw1", false, "gw0 does not answer"));
    tell(new Event.WentBad("gw1", "2 of 20 clients"));
    now = now.plus(Duration.ofHours(24));
    assertThat(next()).isEqualTo(new Next.Release("gw1"));
    tell(new Event.StepBegan("gw1", "release"), step("gw1", "release"));
    assertThat(next()).isEqualTo(new Next.End(Result.PARTIAL, "gw1 became worse: 2 of 20 clients"));
  }

  @Test
  void clients_that_went_back_by_themselves_take_the_change_with_them() {
    tookOver();
    tell(new Event.WayBack("gw1", false, "lb1 does not answer"));
    tell(new Event.WentBack("gw1", "lb1 is reverted"));
    assertThat(next())
        .isEqualTo(
            new Next.TakeBack(
                List.of("gw1"),
                "gw1 became worse: its clients went back by themselves: lb1 is reverted"));
  }

  @Test
  void nobody_is_sent_to_an_old_one_that_was_let_go_whoever_says_so() {
    tookOver();
    now = now.plus(Duration.ofHours(24));
    tell(new Event.StepBegan("gw1", "release"), step("gw1", "release"));
    tell(new Event.Ended(Result.DONE, ""));
    tell(new Event.Resumed(2, "bob"), new Event.Ordered(OrderWord.ROLLBACK, "bob", ""));
    assertThat(next()).isEqualTo(new Next.End(Result.PARTIAL, "rolled back by bob"));
  }

  @Test
  void who_stops_while_the_old_one_is_kept_leaves_it_to_the_traffic_hosts() {
    tookOver();
    tell(new Event.Ordered(OrderWord.STOP, "anna", "Ctrl-C"));
    assertThat(next()).isEqualTo(new Next.Leave("stopped by anna: Ctrl-C"));
  }

  @Test
  void a_second_failure_is_one_too_many() {
    more = "limits: {maxFailed: 1}\n";
    secondWave(Trial.REVERTED, Trial.STOPPED, Trial.PASSED);
    assertThat(next())
        .isInstanceOfSatisfying(
            Next.JudgeWave.class,
            judged -> {
              assertThat(judged.passed()).isFalse();
              assertThat(judged.reason())
                  .contains("(and 1 more)", "2 gateways have failed, and 1 may");
            });
  }

  /** Three waves; in the second is one of a pair, and in the third the other. */
  private void afterThePartner(Trial trial, String ending) {
    waves = waves("gw1", "gw2,gw3", "gw4,gw5");
    more += "limits: {maxFailed: 1}\n";
    afterCanary();
    tell(new Event.WaveStarted(2, List.of("gw2", "gw3")));
    tried("gw2", trial);
    tried("gw3", Trial.PASSED);
    tell(new Event.WaveJudged(2, true, ""));
    ended("gw2", ending);
    ended("gw3", "confirmed");
    tell(new Event.WaveStarted(3, List.of("gw4", "gw5")));
  }

  private void isLeftAlone() {
    String why = "left alone, because nobody knows how gw2 is, the other one of its pair";
    assertThat(next()).isEqualTo(new Next.Withhold("gw5", why));
    tell(new Event.Tried("gw5", Trial.WITHHELD, why));
    assertThat(next()).isEqualTo(new Next.Try(List.of("gw4")));
    tried("gw4", Trial.PASSED);
    // It counts against no limit: one has failed, and one may.
    String passed = "every gateway that was begun with passed; left alone: gw5";
    assertThat(next()).isEqualTo(new Next.JudgeWave(3, true, passed));
    tell(new Event.WaveJudged(3, true, passed));
    assertThat(next())
        .isEqualTo(new Next.Settle(List.of("gw4"), List.of("gw5"), "it failed alone"));
    ended("gw4", "confirmed");
    ended("gw5", "unchanged");
    assertThat(next())
        .isEqualTo(
            new Next.End(
                Result.PARTIAL, "every wave passed, but for gw2, gw5, as the limits allow"));
  }

  @Test
  void one_of_a_pair_is_left_alone_when_nobody_knows_what_became_of_the_other() {
    afterThePartner(Trial.UNKNOWN, "unknown");
    isLeftAlone();
  }

  @Test
  void one_of_a_pair_is_left_alone_when_the_other_could_not_be_begun_with() {
    afterThePartner(Trial.STOPPED, "unchanged");
    isLeftAlone();
  }

  @Test
  void one_of_a_pair_is_changed_when_the_other_is_known_to_be_in_its_old_state() {
    afterThePartner(Trial.FAILED, "reverted");
    assertThat(next()).isEqualTo(new Next.Try(List.of("gw4", "gw5")));
  }

  @Test
  void pairs_that_may_go_together_do_not_wait_for_each_other() {
    more = "limits: {maxFailed: 1, pairs: together}\n";
    waves = waves("gw1", "gw2,gw3", "gw4,gw5");
    afterCanary();
    tell(new Event.WaveStarted(2, List.of("gw2", "gw3")));
    tried("gw2", Trial.UNKNOWN);
    tried("gw3", Trial.PASSED);
    tell(new Event.WaveJudged(2, true, ""));
    ended("gw2", "unknown");
    ended("gw3", "confirmed");
    tell(new Event.WaveStarted(3, List.of("gw4", "gw5")));
    assertThat(next()).isEqualTo(new Next.Try(List.of("gw4", "gw5")));
  }

  @Test
  void one_that_was_begun_with_is_asked_whatever_became_of_its_pair() {
    afterThePartner(Trial.UNKNOWN, "unknown");
    tell(new Event.StepBegan("gw5", "apply"), new Event.Resumed(2, "bob"));
    assertThat(next()).isEqualTo(new Next.Try(List.of("gw4", "gw5")));
  }

  @Test
  void budgets_hold_for_each_site_and_for_a_tag() {
    more = "limits: {maxFailed: 100%, budgets: {\"tag:edge\": 0}}\n";
    secondWave(Trial.PASSED, Trial.PASSED, Trial.FAILED);
    assertThat(next())
        .isInstanceOfSatisfying(
            Next.JudgeWave.class,
            judged ->
                assertThat(judged.reason())
                    .contains("1 gateway of tag:edge has failed, and 0 may"));
    more = "limits: {maxFailed: 100%, budgets: {site: 50%}}\n";
    assertThat(next())
        .isInstanceOfSatisfying(
            Next.JudgeWave.class, judged -> assertThat(judged.passed()).isTrue());
  }

  @Test
  void a_failed_wave_takes_the_confirmed_ones_back_unless_the_playbook_says_otherwise() {
    secondWave(Trial.PASSED, Trial.FAILED, Trial.PASSED);
    tell(new Event.WaveJudged(2, false, "gw3"));
    assertThat(next()).isEqualTo(new Next.Settle(List.of(), List.of("gw2", "gw3", "gw4"), "gw3"));
    ended("gw2", "reverted");
    ended("gw3", "reverted");
    ended("gw4", "reverted");
    assertThat(next()).isEqualTo(new Next.TakeBack(List.of("gw1"), "gw3"));
    more = "onFailure: {rollback: wave}\n";
    assertThat(next()).isEqualTo(new Next.End(Result.PARTIAL, "gw3"));
    more = "";
    tell(new Event.TakingBack(List.of("gw1"), "gw3"));
    assertThat(next()).isEqualTo(new Next.Settle(List.of(), List.of("gw1"), "gw3"));
    ended("gw1", "unknown");
    assertThat(next()).isEqualTo(new Next.End(Result.PARTIAL, "gw3"));
  }

  private Next afterAWayBack(String back, String eligible) {
    begin();
    tell(new Event.WaveStarted(1, List.of("gw1")));
    tried("gw1", Trial.FAILED);
    tell(new Event.WaveJudged(1, false, "gw1: because of FAILED"));
    tell(
        new Event.StepEnded(
            "gw1", "revert", "done", "read back", Map.of("back", back, "eligible", eligible)));
    ended("gw1", "reverted");
    return next();
  }

  @Test
  void who_has_the_old_state_back_and_none_of_its_clients_needs_a_person() {
    assertThat(afterAWayBack("0", "20"))
        .isInstanceOfSatisfying(
            Next.End.class,
            end -> {
              assertThat(end.result()).isEqualTo(Result.PARTIAL);
              assertThat(end.reason()).contains("nobody of the clients of gw1 is: look there");
            });
  }

  @Test
  void clients_that_are_back_or_never_were_there_make_a_way_back_whole() {
    assertThat(afterAWayBack("18", "20"))
        .isInstanceOfSatisfying(
            Next.End.class, end -> assertThat(end.result()).isEqualTo(Result.ROLLED_BACK));
    assertThat(afterAWayBack("0", "0"))
        .isInstanceOfSatisfying(
            Next.End.class, end -> assertThat(end.result()).isEqualTo(Result.ROLLED_BACK));
  }

  @Test
  void a_pause_holds_the_next_wave_until_somebody_says_go_on() {
    afterCanary();
    tell(new Event.Ordered(OrderWord.PAUSE, "anna", "lunch"));
    assertThat(next()).isEqualTo(new Next.Hold("paused by anna: lunch", Optional.empty()));
    tell(new Event.Ordered(OrderWord.CONTINUE, "anna", ""));
    assertThat(next()).isEqualTo(new Next.StartWave(2));
  }

  @Test
  void a_wave_that_asks_is_held_until_somebody_answers_after_the_wave_before() {
    waves = List.of(waves.getFirst(), new Wave(waves.getLast().choices(), true));
    begin();
    tell(new Event.Ordered(OrderWord.CONTINUE, "anna", "too early"));
    tell(new Event.WaveStarted(1, List.of("gw1")));
    tried("gw1", Trial.PASSED);
    tell(new Event.WaveJudged(1, true, ""));
    ended("gw1", "confirmed");
    assertThat(next()).isInstanceOf(Next.Hold.class);
    tell(new Event.Ordered(OrderWord.CONTINUE, "anna", ""));
    assertThat(next()).isEqualTo(new Next.StartWave(2));
  }

  @Test
  void pitfall_3_a_gateway_that_becomes_worse_while_a_person_is_waited_for_halts_everything() {
    afterCanary();
    tell(new Event.Ordered(OrderWord.PAUSE, "anna", ""));
    tell(new Event.WentBad("gw1", "3 of 20 clients completed no handshake"));
    assertThat(next())
        .isEqualTo(
            new Next.TakeBack(
                List.of("gw1"), "gw1 became worse: 3 of 20 clients completed no handshake"));
  }

  @Test
  void a_wave_soaks_before_the_next_begins() {
    more = "observe: {soak: 15m}\n";
    afterCanary();
    assertThat(next()).isEqualTo(new Next.Hold("wave 1 soaks", Optional.of(now.plusSeconds(900))));
    now = now.plusSeconds(900);
    assertThat(next()).isEqualTo(new Next.StartWave(2));
  }

  @Test
  void a_freeze_and_a_window_hold_what_has_not_begun_and_never_a_way_back() {
    Instant end = now.plusSeconds(3600);
    calendar = new Calendar(List.of(new Freeze(now.plusSeconds(60), end, "Black Friday")));
    begin();
    assertThat(next()).isEqualTo(new Next.Hold("frozen: Black Friday", Optional.of(end)));
    calendar = Calendar.OPEN;
    more = "maintenance: {window: \"Sat 01:00-05:00\", zone: UTC}\n";
    assertThat(next())
        .isEqualTo(
            new Next.Hold(
                "for the maintenance window", Optional.of(Instant.parse("2026-11-28T01:00:00Z"))));
    tell(new Event.WaveStarted(1, List.of("gw1")));
    tried("gw1", Trial.FAILED);
    tell(new Event.WaveJudged(1, false, "gw1"));
    assertThat(next()).isInstanceOf(Next.Settle.class);
  }

  @Test
  void who_stops_ends_what_has_begun_and_leaves_the_rest_for_later() {
    afterCanary();
    tell(new Event.WaveStarted(2, List.of("gw2", "gw3", "gw4")));
    tried("gw2", Trial.PASSED);
    tell(new Event.Ordered(OrderWord.STOP, "anna", "Ctrl-C"));
    assertThat(next()).isEqualTo(new Next.JudgeWave(2, true, "every gateway passed"));
    tell(new Event.WaveJudged(2, true, ""));
    ended("gw2", "confirmed");
    assertThat(next()).isEqualTo(new Next.Leave("stopped by anna: Ctrl-C"));
    tell(new Event.Resumed(2, "bob"));
    assertThat(next()).isEqualTo(new Next.Try(List.of("gw3", "gw4")));
    tried("gw3", Trial.FAILED);
    tried("gw4", Trial.PASSED);
    assertThat(next())
        .isInstanceOfSatisfying(
            Next.JudgeWave.class, judged -> assertThat(judged.passed()).isFalse());
  }

  @Test
  void an_abort_takes_back_what_is_open_and_leaves_what_is_confirmed() {
    secondWave(Trial.PASSED, Trial.PASSED, Trial.INCONCLUSIVE);
    tell(new Event.Ordered(OrderWord.ABORT, "anna", ""));
    assertThat(next())
        .isEqualTo(new Next.Settle(List.of(), List.of("gw2", "gw3", "gw4"), "aborted by anna"));
    ended("gw2", "reverted");
    ended("gw3", "reverted");
    ended("gw4", "reverted");
    assertThat(next()).isEqualTo(new Next.End(Result.PARTIAL, "aborted by anna"));
  }

  @Test
  void pitfall_4_a_rollback_is_possible_after_the_end() {
    secondWave(Trial.PASSED, Trial.PASSED, Trial.PASSED);
    tell(new Event.WaveJudged(2, true, ""));
    ended("gw2", "confirmed");
    ended("gw3", "confirmed");
    ended("gw4", "confirmed");
    tell(new Event.Ended(Result.DONE, ""));
    tell(new Event.Resumed(2, "bob"), new Event.Ordered(OrderWord.ROLLBACK, "bob", ""));
    assertThat(next())
        .isEqualTo(new Next.TakeBack(List.of("gw1", "gw2", "gw3", "gw4"), "rolled back by bob"));
  }

  @Test
  void
      pitfall_20_who_takes_over_asks_before_anything_is_repeated_and_confirms_nothing_from_memory() {
    secondWave(Trial.PASSED, Trial.PASSED, Trial.PASSED);
    tell(new Event.WaveJudged(2, true, ""));
    ended("gw2", "confirmed");
    tell(new Event.StepBegan("gw3", "confirm"));
    tell(new Event.Resumed(2, "bob"));
    assertThat(next()).isEqualTo(new Next.Try(List.of("gw3", "gw4")));
    assertThat(state.gateway("gw3").mustBeAsked()).isTrue();
    assertThat(state.gateway("gw3").meantToConfirm()).isTrue();
    assertThat(state.gateway("gw4").meantToConfirm()).isFalse();
    tell(new Event.Probed("gw4", "no lease", Resumption.AGAIN));
    assertThat(state.gateway("gw4").attempt()).isEqualTo(2);
    assertThat(state.gateway("gw4").mustBeAsked()).isFalse();
  }

  @Test
  void pitfall_6_what_halted_a_rollout_still_halts_it_after_a_second_failure_and_a_takeover() {
    secondWave(Trial.FAILED, Trial.FAILED, Trial.PASSED);
    tell(new Event.WaveJudged(2, false, "gw2"));
    tell(new Event.WentBad("gw1", "worse"));
    tell(new Event.Resumed(2, "bob"));
    assertThat(next()).isInstanceOf(Next.Settle.class);
    tell(new Event.Ordered(OrderWord.CONTINUE, "bob", "please"));
    assertThat(next())
        .isInstanceOfSatisfying(
            Next.Settle.class, settle -> assertThat(settle.confirm()).isEmpty());
  }

  private void judged(String gateway, int back, int failed) {
    tell(
        new Event.Judged(
            gateway,
            "pass",
            List.of(),
            Map.of("back", back, "failed", failed),
            List.of(),
            List.of(),
            List.of()));
    tried(gateway, Trial.PASSED);
  }

  @Test
  void what_is_ordinary_for_each_gateway_of_a_small_wave_is_so_for_the_wave() {
    afterCanary();
    tell(new Event.WaveStarted(2, List.of("gw2", "gw3", "gw4")));
    judged("gw2", 987, 13);
    judged("gw3", 987, 13);
    judged("gw4", 987, 13);
    assertThat(next()).isEqualTo(new Next.JudgeWave(2, true, "every gateway passed"));
  }

  @Test
  void in_a_wide_wave_the_same_share_is_no_chance_any_more() {
    String names = "gw2";
    for (int i = 3; i <= 41; i++) {
      names += ",gw" + i;
    }
    waves = waves("gw1", names);
    afterCanary();
    tell(new Event.WaveStarted(2, List.of(names.split(","))));
    for (String name : names.split(",")) {
      judged(name, 197, 3);
    }
    assertThat(next())
        .isEqualTo(
            new Next.JudgeWave(
                2,
                false,
                "120 of 8000 clients of the whole wave completed no handshake, and up to 97 would"
                    + " be ordinary"));
    tell(new Event.WaveJudged(2, false, "too many"));
    assertThat(next()).isEqualTo(new Next.Settle(List.of(), List.of(names.split(",")), "too many"));
  }

  @Test
  void the_clients_of_a_gateway_that_failed_count_for_the_limits_and_not_for_the_wave() {
    more = "limits: {maxFailed: 1}\n";
    afterCanary();
    tell(new Event.WaveStarted(2, List.of("gw2", "gw3", "gw4")));
    judged("gw2", 20, 0);
    judged("gw3", 20, 0);
    tell(
        new Event.Judged(
            "gw4",
            "fail",
            List.of(),
            Map.of("back", 0, "failed", 20),
            List.of(),
            List.of(),
            List.of()));
    tried("gw4", Trial.FAILED);
    assertThat(next())
        .isEqualTo(
            new Next.JudgeWave(
                2, true, "1 of 3 failed, which the limits allow; gw4: because of FAILED"));
  }
}
