package dev.backstay.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.health.Baseline.ActivePeer;
import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Ordinary;
import dev.backstay.playbook.Percent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every verdict keeps to, whatever the numbers are. */
final class GatesTest {
  private static final Gates GATES =
      new Gates(new Percent(50), new Percent(500), new Percent(2000), new Percent(0));
  private static final ActivePeer PEER = new ActivePeer("wg0", Scene.key(1), "198.18.0.21:40001");
  private static final Random RANDOM = new Random(20_261_130);

  private static Tally tally(int back, int failed, int silent, int stalled, int waiting) {
    return tally(back, failed, silent, stalled, waiting, true);
  }

  /** Everybody was called at once, so everybody of whom something was heard is due together. */
  private static Tally tally(
      int back, int failed, int silent, int stalled, int waiting, boolean counted) {
    Map<PeerState, List<ActivePeer>> states = new TreeMap<>();
    states.put(PeerState.BACK, Collections.nCopies(back, PEER));
    states.put(PeerState.FAILED, Collections.nCopies(failed, PEER));
    states.put(PeerState.SILENT, Collections.nCopies(silent, PEER));
    states.put(PeerState.STALLED, Collections.nCopies(stalled, PEER));
    states.put(PeerState.WAITING, Collections.nCopies(waiting, PEER));
    return new Tally(
        states,
        List.of(),
        60,
        counted,
        1,
        List.of(new Cohort(11, back + failed + stalled, failed)),
        List.of());
  }

  private static int rank(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Pass pass -> 0;
      case Verdict.Inconclusive inconclusive -> 1;
      case Verdict.Fail fail -> 2;
    };
  }

  private static Finding finding(Verdict verdict, String gate) {
    return verdict.evidence().findings().stream()
        .filter(one -> one.gate().equals(gate))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_client_more_that_fails_never_makes_a_verdict_better() {
    Judge judge = new Judge(GATES);
    for (int clients : new int[] {5, 12, 20, 37, 50, 100, 200, 400, 1000}) {
      int before = -1;
      for (int failed = 0; failed <= clients; failed += clients > 200 && failed > 60 ? 50 : 1) {
        int rank = rank(judge.end(tally(clients - failed, failed, 0, 0, 0)));
        assertThat(rank).as("%d of %d", failed, clients).isGreaterThanOrEqualTo(before);
        before = rank;
      }
      assertThat(before).isEqualTo(2);
    }
  }

  /** From any state to a worse one: back, open, silent or failed. */
  @Test
  void whoever_turns_from_back_to_anything_else_never_makes_a_verdict_better() {
    for (int round = 0; round < 2000; round++) {
      int[] n = RANDOM.ints(5, 0, round % 2 == 0 ? 4 : 60).toArray();
      n[0] += 1 + RANDOM.nextInt(300);
      int before = rank(new Judge(GATES).end(tally(n[0], n[1], n[2], n[3], n[4])));
      int to = 1 + RANDOM.nextInt(4);
      n[0]--;
      n[to]++;
      int after = rank(new Judge(GATES).end(tally(n[0], n[1], n[2], n[3], n[4])));
      // A further silent client makes a smaller cohort; what is a failure already stays one.
      assertThat(after).as("%s", java.util.Arrays.toString(n)).isGreaterThanOrEqualTo(before);
    }
  }

  @Test
  void fewer_than_five_clients_never_pass_whatever_they_do() {
    for (int back = 0; back < 5; back++) {
      assertThat(new Judge(GATES).end(tally(back, 0, 0, 0, 0)))
          .isInstanceOf(Verdict.Inconclusive.class);
      assertThat(
              new Judge(GATES)
                  .beside(new ControlGroup(new Sample(500, 0)))
                  .end(tally(back, 0, 0, 0, 0)))
          .isInstanceOf(Verdict.Inconclusive.class);
    }
    assertThat(new Judge(GATES).end(tally(5, 0, 0, 0, 0))).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void what_is_missing_never_passes() {
    assertThat(new Judge(GATES).end(tally(100, 0, 0, 0, 0, false)))
        .isInstanceOf(Verdict.Inconclusive.class);
    assertThat(new Judge(GATES).end(tally(18, 0, 0, 0, 2)))
        .isInstanceOf(Verdict.Inconclusive.class);
    assertThat(new Judge(GATES).beside(new ControlGroup(Sample.NONE)).end(tally(100, 0, 0, 0, 0)))
        .as("a control of nobody")
        .isInstanceOf(Verdict.Inconclusive.class);
  }

  @Test
  void a_verdict_does_not_depend_on_the_order_of_cohorts() {
    List<Cohort> cohorts = new ArrayList<>();
    for (int second = 11; second < 40; second++) {
      cohorts.add(new Cohort(second, 10, second % 7 == 0 ? 2 : 0));
    }
    Tally even = tally(280, 10, 0, 0, 0);
    Tally sorted = with(even, cohorts);
    Collections.shuffle(cohorts, RANDOM);
    Tally shuffled = with(even, cohorts);
    assertThat(new Judge(GATES).end(shuffled).reasons())
        .isEqualTo(new Judge(GATES).end(sorted).reasons());
  }

  private static Tally with(Tally tally, List<Cohort> cohorts) {
    return new Tally(
        tally.byState(),
        tally.violations(),
        tally.seconds(),
        tally.counted(),
        tally.lastBack(),
        cohorts,
        tally.missing());
  }

  /**
   * Where it changes its mind, by size. Five of 200 are 2.5 %: five times more probable if 5 % fail
   * than if 0.5 % do, and seen in 1 of 280 healthy fleets. wireguard.md §1.11: with 20 clients one
   * failure decides nothing.
   */
  @ParameterizedTest
  @CsvSource({
    "20,0,pass",
    "20,1,inconclusive",
    "20,2,fail",
    "30,2,inconclusive",
    "30,3,fail",
    "200,3,pass",
    "200,4,inconclusive",
    "200,5,fail",
    "1000,5,pass",
    "1000,13,pass",
    "1000,14,inconclusive",
    "1000,19,inconclusive",
    "1000,20,fail"
  })
  void so_many_of_so_many(int clients, int failed, String verdict) {
    assertThat(new Judge(GATES).end(tally(clients - failed, failed, 0, 0, 0)).word())
        .isEqualTo(verdict);
  }

  /** Of every fleet size there is in practice, by exact arithmetic and not by drawing. */
  @Test
  void nothing_wrong_at_half_a_percent_fails_in_at_most_one_percent() {
    Judge judge = new Judge(GATES);
    for (int clients = 5; clients <= 1200; clients += clients < 100 ? 1 : 37) {
      int failed = 0;
      while (judge.early(tally(clients - failed, failed, 0, 0, 0)).isEmpty()) {
        failed++;
      }
      assertThat(Exact.atLeast(new Sample(clients, failed), 0.005))
          .as("%d of %d", failed, clients)
          .isLessThanOrEqualTo(0.01);
    }
  }

  @Test
  void a_share_of_silent_clients_that_churn_does_not_explain_fails_in_a_large_fleet() {
    Verdict many = new Judge(GATES).end(tally(170, 0, 30, 0, 0));
    assertThat(many).isInstanceOf(Verdict.Fail.class);
    assertThat(many.reasons())
        .containsExactly("30 of 200 clients are gone, and ordinary churn explains fewer than 30");
    assertThat(new Judge(GATES).end(tally(171, 0, 29, 0, 0))).isInstanceOf(Verdict.Pass.class);
    Gates off = new Gates(new Percent(50), new Percent(500), new Percent(10_000), new Percent(0));
    assertThat(new Judge(off).end(tally(170, 0, 30, 0, 0))).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void a_share_that_is_healthy_is_not_gone_for_another_reason() {
    Gates lenient =
        new Gates(new Percent(4000), new Percent(8000), new Percent(2000), new Percent(0));
    assertThat(new Judge(lenient).end(tally(12, 8, 0, 0, 0))).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void what_was_measured_takes_the_place_of_what_is_assumed() {
    Tally thirty = tally(170, 0, 30, 0, 0);
    Gates measured =
        GATES.knowing(new Ordinary("20261130-150000", new Percent(600), new Percent(500)));
    Verdict verdict = new Judge(measured).end(thirty);
    assertThat(verdict).isInstanceOf(Verdict.Pass.class);
    assertThat(finding(verdict, "lost").thresholds())
        .containsEntry("calibration", "20261130-150000")
        .containsEntry("churn", "6.00%");
    Gates calm = GATES.knowing(new Ordinary("20261130-150000", new Percent(50), new Percent(0)));
    assertThat(new Judge(calm).end(tally(190, 0, 10, 0, 0)))
        .as("where nobody ever leaves, ten of 200 are many")
        .isInstanceOf(Verdict.Fail.class);
    assertThat(new Judge(GATES).end(tally(190, 0, 10, 0, 0))).isInstanceOf(Verdict.Pass.class);
  }

  // --- beside a control ------------------------------------------------------------------------

  @Test
  void what_the_control_loses_as_well_is_no_failure_and_without_it_would_be() {
    Tally five = tally(950, 50, 0, 0, 0);
    assertThat(new Judge(GATES).early(five)).isPresent();
    Judge beside = new Judge(GATES).beside(new ControlGroup(new Sample(1000, 50)));
    assertThat(beside.early(five)).isEmpty();
    assertThat(beside.end(five)).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void what_comes_on_top_of_the_control_is_a_failure() {
    Judge beside = new Judge(GATES).beside(new ControlGroup(new Sample(1000, 50)));
    assertThat(beside.early(tally(880, 120, 0, 0, 0)))
        .hasValueSatisfying(fail -> {
          Finding handshakes =
              fail.evidence().findings().stream()
                  .filter(one -> one.gate().equals("handshakes"))
                  .findFirst()
                  .orElseThrow();
          assertThat(handshakes.thresholds())
              .containsEntry("control", "50 of 1000 clients")
              .containsEntry("control-test", "Fisher");
        });
  }

  @Test
  void what_strikes_everybody_hides_what_the_change_does() {
    Judge beside = new Judge(GATES).beside(new ControlGroup(new Sample(1000, 600)));
    assertThat(beside.end(tally(400, 600, 0, 0, 0)))
        .isInstanceOfSatisfying(
            Verdict.Inconclusive.class,
            verdict ->
                assertThat(verdict.reasons())
                    .anyMatch(reason -> reason.contains("something else is wrong")));
    // Just as many as the playbook lets fall silent are still compared with.
    Judge few = new Judge(GATES).beside(new ControlGroup(new Sample(1000, 200)));
    assertThat(few.end(tally(800, 200, 0, 0, 0))).isInstanceOf(Verdict.Pass.class);
  }

  /** rollout.md §3.6: if the control fails too it is inconclusive, and not a failure. */
  @Test
  void an_outage_that_is_not_ours_is_inconclusive() {
    Judge beside = new Judge(GATES).beside(new ControlGroup(new Sample(40, 14)));
    Verdict verdict = beside.end(tally(12, 0, 8, 0, 0));
    assertThat(verdict).isInstanceOf(Verdict.Inconclusive.class);
    assertThat(verdict.reasons().getFirst())
        .contains("8 of 20 clients never showed up again", "but so do 14 of 40 clients");
    assertThat(new Judge(GATES).end(tally(12, 0, 8, 0, 0))).isInstanceOf(Verdict.Fail.class);
  }

  // --- what a verdict carries ------------------------------------------------------------------

  @Test
  void a_verdict_carries_for_each_gate_its_numbers_its_test_and_its_thresholds() {
    Verdict verdict = new Judge(GATES).end(tally(18, 2, 0, 0, 0));
    Finding handshakes = finding(verdict, "handshakes");
    assertThat(handshakes.says()).isEqualTo(Says.FAIL);
    assertThat(handshakes.sample()).isEqualTo(new Sample(20, 2));
    assertThat(handshakes.test()).isEqualTo("exact binomial");
    assertThat(handshakes.p().orElseThrow()).isBetween(0.0044, 0.0046);
    assertThat(handshakes.bound().orElseThrow()).isBetween(0.282, 0.284);
    assertThat(handshakes.thresholds())
        .containsEntry("broken", "5%")
        .containsEntry("healthy", "0.5%");
    assertThat(verdict.evidence().matured()).containsExactly(new Cohort(11, 20, 2));
    assertThat(verdict.evidence().findings())
        .extracting(Finding::gate)
        .containsExactly(
            "invariants",
            "clients",
            "counting",
            "handshakes",
            "stalled",
            "overload",
            "silent",
            "lost");
  }

  @Test
  void a_pass_says_how_much_it_may_have_missed() {
    Verdict verdict = new Judge(GATES).end(tally(20, 0, 0, 0, 0));
    assertThat(finding(verdict, "handshakes").bound().orElseThrow()).isBetween(0.139, 0.140);
  }
}
