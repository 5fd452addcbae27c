package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.FactsFixture;
import dev.backstay.transaction.Resumption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people read of a plan and of a rollout, whole. */
final class PlanTextTest {
  @Test
  void a_plan_reads_like_this() {
    Facts same = FactsFixture.with("installed\t1.0.0", "installed\t1.0.1");
    assertThat(PlanText.of(PlanFixture.of(FactsFixture.healthy(), FactsFixture.healthy(), same)))
        .isEqualTo(
            """
            Plan for playbook module-1.0.1
              wave 1 (canary)
                gw1  backstay-lab-wireguard 1.0.0 → 1.0.1, then reload-module on wg0
                     17 active clients, the most of the 2 on the one platform there is, debian 12, kernel 6.1.176, x86_64, module srcversion 4B296AD2…, tools 1.0.20210914
              wave 2
                gw2  backstay-lab-wireguard 1.0.0 → 1.0.1, then reload-module on wg0
              nothing to do on gw3
              judged by
                failures    no gateway may fail
                handshakes  healthy up to 0.5%, broken from 5%
                lease       60 s to apply, 60 s to confirm
                on failure  everything goes back
                silent      at most 20%
                stalled     at most 0%
                window      240 s
              worst case 30 min, without waiting for people or windows
              cannot be undone
                what the maintainer scripts of packages do outside of their packages: they run again on the way back, and nobody knows more
                sessions: every client shakes hands anew, there and back
            """);
  }

  @Test
  void what_is_known_to_go_wrong_stands_at_the_end_of_a_plan() {
    Facts threaded = FactsFixture.with("\t20\t17\n", "\t20\t17\tthreaded\n");
    assertThat(PlanText.of(PlanFixture.of(threaded, FactsFixture.healthy(), threaded)))
        .endsWith(
            """
              known to go wrong with such versions (more: backstay regressions ID)
                threaded-napi-stall  as before on gw1, gw3
                  threaded NAPI stalls one peer: handshakes go on, and what one client sends is decrypted no more; others are fine, and no log says so (github.com/cilium/cilium/issues/46687)
                  write 0 into /sys/class/net/wg0/threaded, and look again after the change; a client that stalls comes back only when the interface is made anew
            """);
  }

  @Test
  void a_plan_with_nothing_to_do_says_so_and_nothing_else() {
    Facts same = FactsFixture.with("installed\t1.0.0", "installed\t1.0.1");
    assertThat(PlanText.of(PlanFixture.of(same)))
        .isEqualTo("Plan for playbook module-1.0.1\n  nothing to do on gw1\n");
  }

  @Test
  void a_person_is_announced_before_the_wave_that_waits_for_them() {
    String text = PlanFixture.PLAYBOOK.replace("[1, rest]", "[1, ask, rest]");
    SavedPlan plan =
        PlanFixture.of(text, "inventory", FactsFixture.healthy(), FactsFixture.healthy());
    assertThat(PlanText.of(plan)).contains("  a person is asked\n  wave 2\n");
  }

  @Test
  void what_happened_to_a_rollout_is_said_in_sentences() {
    assertThat(said(new Event.Resumed(2, "bob@ops"))).isEqualTo("resumed by bob@ops");
    assertThat(said(new Event.Ordered(OrderWord.PAUSE, "bob@ops", "lunch")))
        .isEqualTo("pause, said bob@ops: lunch");
    assertThat(said(new Event.Ordered(OrderWord.ABORT, "bob@ops", "")))
        .isEqualTo("abort, said bob@ops");
    assertThat(
            said(
                new Event.Held("wave 1 soaks", Optional.of(Instant.parse("2026-11-25T12:15:00Z")))))
        .isEqualTo("waiting: wave 1 soaks, until 2026-11-25 12:15:00 UTC");
    assertThat(said(new Event.Held("paused by bob", Optional.empty())))
        .isEqualTo("waiting: paused by bob");
    assertThat(said(new Event.Probed("gw1", "applied", Resumption.WATCH)))
        .isEqualTo("gw1  was left with applied: in place, its clients are watched anew");
    assertThat(said(new Event.WentBad("gw1", "3 of 20 clients are silent")))
        .isEqualTo("gw1  became worse: 3 of 20 clients are silent");
    assertThat(said(new Event.TakingBack(List.of("gw1", "gw2"), "gw3 failed")))
        .isEqualTo("taking back gw1, gw2: gw3 failed");
  }

  private static String said(Event event) {
    return Sentences.of(event).orElseThrow();
  }
}
