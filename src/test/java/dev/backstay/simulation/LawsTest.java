package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.playbook.Limits;
import dev.backstay.playbook.Limits.Allowance;
import dev.backstay.playbook.Percent;
import dev.backstay.playbook.Traffic;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Result;
import dev.backstay.simulation.Trial.End.State;
import dev.backstay.simulation.Witness.Seen;
import dev.backstay.simulation.Witness.What;
import dev.backstay.transaction.Resumption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The twins of the trials: a world in which a law is broken is seen. */
final class LawsTest {
  private static final Trial.End OLD = new Trial.End(State.OLD, "reverted", 0, 0);
  private static final Trial.End NEW = new Trial.End(State.NEW, "confirmed", 0, 0);

  private final List<Seen> seen = new ArrayList<>();
  private final Map<String, Trial.End> ends = new LinkedHashMap<>(Map.of("gw1", OLD));
  private Limits limits = Limits.STRICT;
  private Optional<Result> result = Optional.of(Result.ROLLED_BACK);
  private boolean alive = true;
  private Optional<Traffic.Takeover> takeover = Optional.empty();

  @Test
  void a_gateway_that_stays_changed_without_a_confirm_is_seen() {
    ends.put("gw1", new Trial.End(State.BETWEEN, "applied", 0, 0));
    result = Optional.of(Result.PARTIAL);
    assertThat(broken()).containsExactly("gw1 is changed, and its lease is applied");
  }

  @Test
  void a_gateway_whose_timer_was_stopped_is_excused_only_while_nobody_could_see_it() {
    ends.put("gw1", new Trial.End(State.NEW, "applied", 0, 0));
    result = Optional.of(Result.PARTIAL);
    gateway("gw1", What.MISHAP, "timer stopped");
    assertThat(broken()).containsExactly("gw1 is changed, and its lease is applied");
    alive = false;
    assertThat(broken()).isEmpty();
  }

  @Test
  void a_confirm_before_the_wave_has_passed_is_seen() {
    journal(new Event.WaveStarted(1, List.of("gw1")));
    judged("gw1", "pass");
    gateway("gw1", What.CONFIRMED, "r/1");
    ends.put("gw1", NEW);
    result = Optional.of(Result.DONE);
    assertThat(broken()).containsExactly("gw1 was confirmed before its wave had passed");
  }

  @Test
  void a_confirm_of_a_gateway_that_failed_in_a_wave_that_passed_is_seen() {
    limits = atMost(1);
    twoWaves("pass", "fail");
    gateway("gw2", What.CONFIRMED, "r/1");
    assertThat(broken()).containsExactly("gw2 was confirmed with fail");
  }

  @Test
  void pitfall_45_a_gateway_that_is_changed_twice_is_seen_whatever_the_key() {
    gateway("gw1", What.APPLY, "r/1");
    gateway("gw1", What.REVERTED, "r/1");
    gateway("gw1", What.APPLY, "r/2");
    assertThat(broken()).containsExactly("gw1 was changed twice: for r/1 and for r/2");
  }

  @Test
  void members_of_a_pair_that_are_changed_together_are_seen() {
    gateway("gw1", What.APPLY, "r/1");
    gateway("gw1", What.APPLIED, "r/1");
    gateway("gw2", What.APPLY, "r/1");
    assertThat(broken()).containsExactly("gw1 and gw2 of the pair p were changed together");
  }

  @Test
  void members_of_a_pair_that_are_changed_one_after_the_other_are_not() {
    gateway("gw1", What.APPLY, "r/1");
    gateway("gw1", What.REVERTED, "r/1");
    gateway("gw2", What.APPLY, "r/1");
    assertThat(broken()).isEmpty();
  }

  @Test
  void one_of_a_pair_that_is_changed_while_nobody_knows_how_the_other_is_is_seen() {
    limits = atMost(1);
    result = Optional.of(Result.PARTIAL);
    journal(new Event.GatewayEnded("gw1", "unknown", "it does not answer"));
    gateway("gw2", What.APPLY, "r/1");
    assertThat(broken())
        .containsExactly(
            "gw2 was changed while gw1 of its pair may be away: nobody knows what became of it");
  }

  @Test
  void one_of_a_pair_that_is_changed_while_the_other_could_not_be_begun_with_is_seen() {
    journal(new Event.Tried("gw1", dev.backstay.rollout.Trial.STOPPED, "unreachable"));
    journal(new Event.GatewayEnded("gw1", "unchanged", "unreachable"));
    gateway("gw2", What.APPLY, "r/1");
    assertThat(broken())
        .containsExactly(
            "gw2 was changed while gw1 of its pair may be away: it could not be begun with");
  }

  @Test
  void pitfall_1_a_wave_that_passes_with_a_gateway_nobody_heard_of_is_seen() {
    journal(new Event.WaveStarted(1, List.of("gw1")));
    journal(new Event.WaveJudged(1, true, "every gateway passed"));
    assertThat(broken()).containsExactly("wave 1 passed with no verdict of gw1");
  }

  @Test
  void pitfall_2_a_wave_that_passes_with_an_inconclusive_gateway_is_seen() {
    journal(new Event.WaveStarted(1, List.of("gw1")));
    judged("gw1", "inconclusive");
    journal(new Event.WaveJudged(1, true, "every gateway passed"));
    assertThat(broken()).containsExactly("wave 1 passed with inconclusive of gw1");
  }

  @Test
  void pitfall_47_more_failures_than_the_limits_allow_are_seen_over_all_waves() {
    limits = atMost(1);
    twoWaves("pass", "fail");
    assertThat(broken()).isEmpty();
    journal(new Event.WaveStarted(3, List.of("gw3")));
    judged("gw3", "fail");
    journal(new Event.WaveJudged(3, true, "1 of 1 failed, which the limits allow"));
    assertThat(broken()).containsExactly("wave 3 passed with fail of gw3");
  }

  @Test
  void a_canary_that_fails_is_seen_whatever_the_limits_allow() {
    limits = atMost(5);
    journal(new Event.WaveStarted(1, List.of("gw1")));
    judged("gw1", "fail");
    journal(new Event.WaveJudged(1, true, "1 of 1 failed, which the limits allow"));
    assertThat(broken()).containsExactly("wave 1 passed with fail of gw1");
  }

  @Test
  void pitfall_19_a_wave_that_passes_by_what_a_dead_controller_saw_is_seen() {
    journal(new Event.WaveStarted(1, List.of("gw1")));
    judged("gw1", "pass");
    journal(new Event.Resumed(2, "another"));
    journal(new Event.WaveJudged(1, true, "every gateway passed"));
    assertThat(broken()).containsExactly("wave 1 passed with no verdict of gw1");
  }

  @Test
  void a_confirm_that_a_successor_read_back_is_no_evidence_unless_it_is_there() {
    journal(new Event.WaveStarted(1, List.of("gw1")));
    journal(new Event.Resumed(2, "another"));
    journal(new Event.Probed("gw1", "confirmed", Resumption.CONFIRMED));
    journal(new Event.WaveJudged(1, true, "every gateway passed"));
    assertThat(broken()).containsExactly("wave 1 passed with no verdict of gw1");
  }

  @Test
  void pitfall_11_an_ending_that_did_not_happen_is_seen() {
    gateway("gw1", What.APPLIED, "r/1");
    journal(new Event.GatewayEnded("gw1", "reverted", "said so"));
    assertThat(broken()).containsExactly("gw1 is reported reverted, but was last APPLIED");
  }

  @Test
  void pitfall_11_a_change_that_is_reported_as_none_is_seen() {
    gateway("gw1", What.APPLIED, "r/1");
    journal(new Event.GatewayEnded("gw1", "unchanged", "said so"));
    assertThat(broken()).containsExactly("gw1 is reported unchanged, but was last APPLIED");
  }

  @Test
  void pitfall_11_a_result_that_is_not_true_is_seen() {
    result = Optional.of(Result.DONE);
    assertThat(broken()).containsExactly("done is reported, but [gw1] are not as wanted");
    ends.put("gw1", NEW);
    result = Optional.of(Result.ROLLED_BACK);
    assertThat(broken()).containsExactly("rolled back is reported, but [gw1] are changed");
  }

  @Test
  void pitfall_1_a_result_that_does_not_name_who_is_not_known_is_seen() {
    journal(new Event.GatewayEnded("gw1", "unknown", "it does not answer"));
    assertThat(broken())
        .containsExactly("rolled back is reported, but nobody knows what became of [gw1]");
  }

  @Test
  void a_controller_that_ends_without_a_result_is_seen() {
    result = Optional.empty();
    assertThat(broken()).containsExactly("a controller that nobody killed ended without a result");
    alive = false;
    assertThat(broken()).isEmpty();
  }

  private static Limits atMost(int failed) {
    return new Limits(
        new Allowance(failed, new Percent(Percent.WHOLE)), Map.of(), Limits.USUAL_PARALLEL, true);
  }

  private void twoWaves(String first, String second) {
    journal(new Event.WaveStarted(1, List.of("gw1")));
    judged("gw1", first);
    journal(new Event.WaveJudged(1, true, "every gateway passed"));
    journal(new Event.WaveStarted(2, List.of("gw2")));
    judged("gw2", second);
    journal(new Event.WaveJudged(2, true, "1 of 1 failed, which the limits allow"));
  }

  /** gw2 takes over from gw1, of which only the former is selected; lb1 stands in front. */
  private void takeover() {
    takeover =
        Optional.of(
            new Traffic.Takeover("gw1", "p.yaml:1:1", Duration.ofHours(1), Duration.ofMinutes(5)));
    ends.clear();
    ends.put("gw2", NEW);
    result = Optional.of(Result.DONE);
    journal(new Event.WaveStarted(1, List.of("gw2")));
    gateway("gw2", What.APPLY, "r/1");
    gateway("gw2", What.APPLIED, "r/1");
    gateway("gw1", What.DRAINED, "");
    gateway("gw2", What.UNDRAINED, "");
    judged("gw2", "pass");
    journal(new Event.WaveJudged(1, true, "every gateway passed"));
  }

  private void after(Duration time, String name, What what) {
    seen.add(new Seen(time.toNanos(), name, what, "r.gw2/1", Optional.empty()));
  }

  @Test
  void a_takeover_that_is_confirmed_kept_and_let_go_breaks_no_law() {
    takeover();
    gateway("gw2", What.CONFIRMED, "r/1");
    after(Duration.ofHours(1), "lb1", What.CONFIRMED);
    assertThat(broken()).isEmpty();
  }

  @Test
  void clients_on_a_gateway_that_is_not_confirmed_and_that_no_lease_brings_back_are_seen() {
    takeover();
    gateway("lb1", What.CONFIRMED, "r.gw2/1");
    ends.put("gw2", OLD);
    result = Optional.of(Result.PARTIAL);
    assertThat(broken())
        .contains(
            "lb1 has left clients for good on a gateway that is not confirmed",
            "in the end clients are on gw2, and it is not confirmed");
  }

  @Test
  void clients_that_nobody_watches_and_no_lease_brings_back_are_seen() {
    takeover();
    gateway("gw2", What.CONFIRMED, "r/1");
    assertThat(broken())
        .containsExactly(
            "in the end clients are on gw2, and no lease brings them back, and none was ended");
  }

  @Test
  void an_old_gateway_that_is_let_go_before_its_time_is_seen() {
    takeover();
    gateway("gw2", What.CONFIRMED, "r/1");
    after(Duration.ofMinutes(59), "lb1", What.CONFIRMED);
    assertThat(broken()).containsExactly("the old gateway was let go before its time");
  }

  @Test
  void clients_that_are_sent_to_an_old_gateway_that_was_let_go_are_seen() {
    takeover();
    gateway("gw2", What.CONFIRMED, "r/1");
    after(Duration.ofHours(1), "lb1", What.CONFIRMED);
    after(Duration.ofHours(2), "gw2", What.DRAINED);
    after(Duration.ofHours(2), "gw1", What.UNDRAINED);
    assertThat(broken())
        .containsExactly(
            "clients were sent to gw1 after it had been let go",
            "done is reported, but the clients are on gw1");
  }

  @Test
  void a_change_that_is_taken_back_under_clients_is_seen() {
    takeover();
    gateway("gw2", What.REVERTED, "r/1");
    gateway("gw2", What.DRAINED, "");
    gateway("gw1", What.UNDRAINED, "");
    ends.put("gw2", OLD);
    result = Optional.of(Result.ROLLED_BACK);
    assertThat(broken()).containsExactly("gw2 was worked on (REVERTED) with clients on it");
  }

  @Test
  void an_old_gateway_that_is_changed_is_seen() {
    takeover();
    gateway("gw1", What.APPLY, "r/1");
    gateway("gw2", What.CONFIRMED, "r/1");
    after(Duration.ofHours(1), "lb1", What.CONFIRMED);
    assertThat(broken()).contains("gw1 was changed, and it is only looked at");
  }

  private void judged(String gateway, String verdict) {
    journal(
        new Event.Judged(gateway, verdict, List.of(), Map.of(), List.of(), List.of(), List.of()));
  }

  private void journal(Event event) {
    seen.add(new Seen(0, "", What.JOURNAL, "", Optional.of(event)));
  }

  private void gateway(String name, What what, String detail) {
    seen.add(new Seen(0, name, what, detail, Optional.empty()));
  }

  private List<String> broken() {
    return Laws.brokenBy(
        new Trial.Outcome(
            limits,
            Map.of("gw1", "p", "gw2", "p"),
            result,
            List.of(),
            takeover.isPresent()
                ? List.of(List.of("gw2"))
                : List.of(List.of("gw1"), List.of("gw2"), List.of("gw3")),
            1,
            alive,
            0,
            Optional.empty(),
            List.copyOf(seen),
            Map.copyOf(ends),
            takeover,
            Duration.ZERO));
  }
}
