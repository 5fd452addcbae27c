package dev.backstay.transaction;

import static dev.backstay.gateway.LeaseStatus.State.APPLIED;
import static dev.backstay.gateway.LeaseStatus.State.APPLYING;
import static dev.backstay.gateway.LeaseStatus.State.ARMED;
import static dev.backstay.gateway.LeaseStatus.State.CONFIRMED;
import static dev.backstay.gateway.LeaseStatus.State.NONE;
import static dev.backstay.gateway.LeaseStatus.State.REBOOTING;
import static dev.backstay.gateway.LeaseStatus.State.REVERTED;
import static dev.backstay.gateway.LeaseStatus.State.REVERTING;
import static dev.backstay.gateway.LeaseStatus.State.REVERT_FAILED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.gateway.LeaseStatus;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * The table of {@code rollout.md §3.4}, row by row: what the journal intended, what the gateway
 * says, and what follows. That a gateway cannot be reached is no answer, and so no row of this
 * function: the transaction waits for its lease to end and then counts it as unknown.
 */
final class ResumptionTest {
  private static final String OURS = "r-1";

  private boolean meant;
  private boolean remembered = true;
  private boolean rebooted;

  private Resumption says(LeaseStatus.State state) {
    return says(state, OURS);
  }

  private Resumption says(LeaseStatus.State state, String rollout) {
    return Resumption.decide(
        meant,
        remembered,
        new LeaseStatus(state, rollout, 1, 3, Duration.ofSeconds(40), ""),
        OURS,
        rebooted);
  }

  @Test
  void an_apply_that_was_not_started_is_forgotten_and_disarmed_and_takes_its_turn_again() {
    assertThat(says(ARMED)).isEqualTo(Resumption.DISARM);
    assertThat(says(NONE)).isEqualTo(Resumption.AGAIN);
    assertThat(says(NONE, "")).isEqualTo(Resumption.AGAIN);
  }

  @Test
  void an_apply_that_runs_or_is_done_is_waited_for_and_watched_from_zero() {
    assertThat(says(APPLYING)).isEqualTo(Resumption.WATCH);
    assertThat(says(APPLIED)).isEqualTo(Resumption.WATCH);
  }

  @Test
  void what_cannot_be_judged_any_more_is_taken_back() {
    remembered = false;
    assertThat(says(APPLYING)).isEqualTo(Resumption.TAKE_BACK);
    assertThat(says(APPLIED)).isEqualTo(Resumption.TAKE_BACK);
  }

  @Test
  void a_lease_that_ran_out_is_a_failure_and_nothing_is_tried_again_by_itself() {
    for (boolean confirming : new boolean[] {true, false}) {
      meant = confirming;
      assertThat(says(REVERTING)).isEqualTo(Resumption.REVERTED);
      assertThat(says(REVERTED)).isEqualTo(Resumption.REVERTED);
    }
  }

  @Test
  void a_confirm_that_arrived_is_written_down_and_the_rollout_goes_on() {
    meant = true;
    assertThat(says(CONFIRMED)).isEqualTo(Resumption.CONFIRMED);
  }

  @Test
  void pitfall_12_a_confirm_that_nobody_meant_is_a_matter_for_a_person() {
    assertThat(says(CONFIRMED)).isEqualTo(Resumption.PERSON);
  }

  @Test
  void a_confirm_that_did_not_arrive_is_not_repeated_from_memory_but_watched_anew() {
    meant = true;
    assertThat(says(APPLIED)).isEqualTo(Resumption.WATCH);
  }

  @Test
  void pitfall_15_a_restart_that_nobody_meant_is_a_failure() {
    rebooted = true;
    assertThat(says(APPLIED)).isEqualTo(Resumption.TAKE_BACK);
    assertThat(says(APPLYING)).isEqualTo(Resumption.TAKE_BACK);
    assertThat(says(REBOOTING)).isEqualTo(Resumption.TAKE_BACK);
  }

  @Test
  void pitfall_46_a_revert_that_failed_is_not_repeated_for_ever_but_shown_to_a_person() {
    assertThat(says(REVERT_FAILED)).isEqualTo(Resumption.PERSON);
    meant = true;
    assertThat(says(REVERT_FAILED)).isEqualTo(Resumption.PERSON);
  }

  @Test
  void pitfall_44_the_lease_of_another_rollout_is_never_ours_to_decide() {
    for (LeaseStatus.State state : LeaseStatus.State.values()) {
      assertThat(says(state, "r-2")).as("%s", state).isEqualTo(Resumption.AGAIN);
    }
    meant = true;
    for (LeaseStatus.State state : LeaseStatus.State.values()) {
      assertThat(says(state, "r-2")).as("%s", state).isEqualTo(Resumption.PERSON);
    }
  }

  @Test
  void only_what_has_changed_nothing_is_ever_done_again() {
    for (LeaseStatus.State state : LeaseStatus.State.values()) {
      Resumption decision = says(state);
      if (decision == Resumption.AGAIN || decision == Resumption.DISARM) {
        assertThat(state).isIn(NONE, ARMED);
      }
    }
  }

  @Test
  void each_decision_has_words_of_its_own() {
    assertThat(Arrays.stream(Resumption.values()).map(Resumption::words))
        .doesNotHaveDuplicates()
        .allSatisfy(words -> assertThat(words).isNotBlank());
  }
}
