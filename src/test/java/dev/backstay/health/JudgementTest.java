package dev.backstay.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.gateway.Observation;
import dev.backstay.health.Watch.Sessions;
import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Percent;
import dev.backstay.wireguard.PublicKey;
import dev.backstay.wireguard.Timing;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * From observations to a verdict, each gate with its twin that shows what it would miss if it were
 * off.
 */
final class JudgementTest {
  private static final Gates GATES =
      new Gates(new Percent(50), new Percent(500), new Percent(2000), new Percent(0));
  private static final Percent NEVER = new Percent(Percent.WHOLE);

  private final Scene scene = Scene.of(20);
  private Baseline baseline = new Baseline(Map.of(), List.of(), 0, "");

  private Watch cut(Sessions sessions) {
    return cut(sessions, 0);
  }

  /**
   * @param away seconds for which the interfaces are gone
   */
  private Watch cut(Sessions sessions, double away) {
    Observation first = scene.look();
    Observation before = scene.after(10, 3).look();
    baseline = Baseline.between(first, before);
    scene.after(1, 0);
    scene.srcversion = "NEW";
    return new Watch(
        baseline, new Watch.Reference(before, scene.uptime, scene.uptime + away, sessions, "NEW"));
  }

  private void shakeHands(int from, int to) {
    scene.clients.subList(from, to).forEach(client -> client.handshake = scene.clock());
  }

  private Tally seconds(Watch watch, int seconds, int packetsEach) {
    for (int i = 0; i < seconds; i++) {
      watch.accept(scene.after(1, packetsEach).look());
    }
    return watch.tally();
  }

  @Test
  void all_clients_back_passes_at_the_end_of_the_window() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 20);
    Tally tally = seconds(watch, 60, 2);
    assertThat(tally.allBack()).isTrue();
    assertThat(new Judge(GATES).early(tally)).isEmpty();
    assertThat(new Judge(GATES).end(tally)).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void nobody_is_late_while_the_interfaces_are_still_away() {
    Watch watch = cut(Sessions.LOST_AND_CALLED, 30);
    assertThat(seconds(watch, 30, 0).count(PeerState.WAITING)).isEqualTo(20);
    shakeHands(0, 20);
    assertThat(seconds(watch, 2, 2).allBack()).isTrue();
    Watch late = cut(Sessions.LOST_AND_CALLED, 0);
    assertThat(seconds(late, 30, 0).count(PeerState.WAITING)).isZero();
  }

  @Test
  void pitfall_15_the_restart_that_was_meant_is_accepted_and_no_other() {
    Observation first = scene.look();
    Observation before = scene.after(10, 3).look();
    scene.boot = "the boot that was meant";
    Watch meant =
        new Watch(
            Baseline.between(first, before).inBoot(scene.boot),
            new Watch.Reference(
                before.withoutCounts(),
                scene.uptime,
                scene.uptime + 5,
                Sessions.LOST_AND_CALLED,
                ""));
    scene.after(1, 0);
    shakeHands(0, 20);
    assertThat(seconds(meant, 8, 2).violations()).isEmpty();
    assertThat(meant.tally().allBack()).isTrue();
    scene.boot = "one more";
    assertThat(seconds(meant, 2, 2).violations()).containsExactly("the gateway has rebooted");
  }

  @Test
  void clients_that_the_new_state_does_not_know_are_not_waited_for() {
    cut(Sessions.LOST_AND_CALLED);
    Baseline.InterfaceIdentity was =
        Objects.requireNonNull(baseline.interfaces().get("wg0"), "wg0");
    Set<PublicKey> half =
        scene.clients.subList(0, 10).stream().map(client -> client.key).collect(Collectors.toSet());
    Baseline fewer =
        baseline.expecting(
            Map.of("wg0", new Baseline.InterfaceIdentity(was.publicKey(), was.port(), half)));
    assertThat(fewer.active()).hasSize(10);
    Baseline otherKey =
        baseline.expecting(
            Map.of("wg0", new Baseline.InterfaceIdentity("another", was.port(), was.peers())));
    assertThat(otherKey.active()).isEmpty();
  }

  @Test
  void few_clients_pass_only_where_a_person_has_ordered_it_so() {
    Scene two = Scene.of(2);
    Observation first = two.look();
    Observation before = two.after(10, 3).look();
    Baseline few = Baseline.between(first, before);
    Watch watch =
        new Watch(
            few, new Watch.Reference(before, two.uptime, two.uptime, Sessions.LOST_AND_CALLED, ""));
    two.clients.forEach(client -> client.handshake = two.clock() + 1);
    for (int i = 0; i < 60; i++) {
      watch.accept(two.after(1, 2).look());
    }
    assertThat(new Judge(GATES).end(watch.tally())).isInstanceOf(Verdict.Inconclusive.class);
    assertThat(Judge.ofAnyNumber(GATES).end(watch.tally())).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void a_silent_peer_before_the_change_is_not_counted_after_it() {
    Scene.Client idle = scene.clients.getFirst();
    idle.handshake = scene.clock() - Timing.REJECT_AFTER.toSeconds() - 1;
    cut(Sessions.LOST_AND_CALLED);
    assertThat(baseline.active()).hasSize(19);
    assertThat(baseline.idle()).isEqualTo(1);
  }

  @Test
  void nobody_has_failed_before_three_initiations_could_go_unanswered() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    Tally tally = seconds(watch, 10, 1);
    assertThat(tally.count(PeerState.WAITING)).isEqualTo(20);
    assertThat(new Judge(GATES).early(tally)).isEmpty();
  }

  @Test
  void clients_that_send_but_complete_no_handshake_fail_at_their_deadline() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 18);
    Tally tally = seconds(watch, 11, 1);
    assertThat(tally.count(PeerState.FAILED)).isEqualTo(2);
    assertThat(new Judge(GATES).early(tally))
        .hasValueSatisfying(fail ->
            assertThat(fail.reasons())
                .containsExactly("2 of 20 clients completed no handshake (limit 5%)"));
  }

  @Test
  void
      sabotage_without_the_handshake_gate_the_same_clients_would_go_unnoticed_by_the_early_verdict() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 18);
    Tally tally = seconds(watch, 11, 1);
    Gates off = new Gates(NEVER, NEVER, NEVER, NEVER);
    assertThat(new Judge(off).early(tally)).isEmpty();
    assertThat(new Judge(off).end(tally)).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void pitfall_22_one_failing_client_is_neither_a_failure_nor_a_pass() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 19);
    Tally tally = seconds(watch, 60, 1);
    assertThat(new Judge(GATES).early(tally)).isEmpty();
    assertThat(new Judge(GATES).end(tally)).isInstanceOf(Verdict.Inconclusive.class);
  }

  @Test
  void clients_from_which_nothing_comes_are_silent_and_fail_at_the_end_only() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 15);
    for (int i = 0; i < 60; i++) {
      scene.uptime += 1;
      scene.clients.subList(0, 15).forEach(c -> c.packets++);
      scene.clients.subList(0, 15).forEach(c -> c.received += 32);
      watch.accept(scene.look());
    }
    Tally tally = watch.tally();
    assertThat(tally.count(PeerState.SILENT)).isEqualTo(5);
    assertThat(new Judge(GATES).early(tally)).isEmpty();
    assertThat(new Judge(GATES).end(tally)).isInstanceOf(Verdict.Fail.class);
    Gates off = new Gates(new Percent(50), new Percent(500), NEVER, new Percent(0));
    assertThat(new Judge(off).end(tally)).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void pitfall_48_a_handshake_whose_data_is_never_decrypted_is_stalled() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 20);
    seconds(watch, 1, 0);
    for (int i = 0; i < 8; i++) {
      scene.uptime += 1;
      scene.clients.forEach(client -> client.packets += 4);
      watch.accept(scene.look());
    }
    Tally tally = watch.tally();
    assertThat(tally.count(PeerState.STALLED)).isEqualTo(20);
    assertThat(new Judge(GATES).early(tally)).isPresent();
    Gates off = new Gates(new Percent(50), new Percent(500), new Percent(2000), NEVER);
    assertThat(new Judge(off).early(tally)).isEmpty();
  }

  @Test
  void keepalives_alone_are_enough_to_see_that_data_flows() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 20);
    Tally tally = seconds(watch, 30, 1);
    assertThat(tally.count(PeerState.STALLED)).isZero();
  }

  @Test
  void a_module_other_than_planned_fails_at_once_and_an_odd_second_does_not() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 20);
    scene.srcversion = "";
    seconds(watch, 1, 1);
    assertThat(new Judge(GATES).early(watch.tally())).isEmpty();
    seconds(watch, 1, 1);
    assertThat(new Judge(GATES).early(watch.tally()))
        .hasValueSatisfying(fail ->
            assertThat(fail.reasons())
                .containsExactly("the loaded module is none, planned was NEW"));
  }

  @Test
  void a_gone_interface_another_key_and_a_reboot_are_violations() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    scene.present = false;
    assertThat(seconds(watch, 2, 1).violations()).containsExactly("interface wg0 is gone");
    scene.present = true;
    scene.publicKey = Scene.key(9).base64();
    assertThat(seconds(watch, 2, 1).violations()).containsExactly("interface wg0 has another key");
    scene.publicKey = Scene.key(255).base64();
    scene.boot = "another";
    assertThat(seconds(watch, 2, 1).violations()).containsExactly("the gateway has rebooted");
  }

  /** The collector asks for it every other second only. */
  @Test
  void a_port_from_before_the_change_is_told_on_for_seconds_and_another_one_is_a_violation() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    scene.port = 51833;
    assertThat(seconds(watch, 3, 1).violations()).isEmpty();
    assertThat(seconds(watch, 1, 1).violations())
        .containsExactly("interface wg0 listens on 51833, not 51820");
    scene.port = 51820;
    assertThat(seconds(watch, 1, 1).violations()).isEmpty();
  }

  @Test
  void fewer_than_five_clients_never_pass_by_their_number() {
    scene.clients.subList(4, 20).clear();
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 4);
    Tally tally = seconds(watch, 60, 1);
    assertThat(new Judge(GATES).end(tally))
        .isInstanceOfSatisfying(
            Verdict.Inconclusive.class,
            doubt ->
                assertThat(doubt.reasons().getFirst()).startsWith("only 4 clients were active"));
  }

  @Test
  void pitfall_23_a_gateway_that_cannot_count_datagrams_never_passes() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 20);
    scene.counted = false;
    Tally tally = seconds(watch, 60, 1);
    assertThat(new Judge(GATES).end(tally))
        .isInstanceOfSatisfying(
            Verdict.Inconclusive.class,
            doubt -> assertThat(doubt.reasons()).singleElement().asString().contains("filter"));
  }

  @Test
  void clients_left_alone_have_until_their_old_key_is_dead() {
    Watch watch = cut(Sessions.LOST);
    assertThat(seconds(watch, 204, 1).count(PeerState.WAITING)).isEqualTo(20);
    assertThat(seconds(watch, 2, 1).count(PeerState.FAILED)).isEqualTo(20);
  }

  @Test
  void who_kept_his_session_across_a_moved_port_is_back_when_he_is_heard() {
    Watch watch = cut(Sessions.MOVED);
    watch.accept(scene.after(1, 0).look());
    assertThat(watch.tally().count(PeerState.BACK)).isZero();

    watch.accept(scene.after(3, 1).look());

    assertThat(watch.tally().allBack()).isTrue();
    assertThat(watch.tally().lastBack()).isBetween(3.9, 4.1);
  }

  @Test
  void a_window_that_ends_before_the_deadlines_is_inconclusive() {
    Watch watch = cut(Sessions.LOST);
    Tally tally = seconds(watch, 60, 1);
    assertThat(new Judge(GATES).end(tally)).isInstanceOf(Verdict.Inconclusive.class);
  }

  @Test
  void a_handshake_from_before_the_change_is_no_proof() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    scene.clients.forEach(client -> client.handshake = scene.clock() - 5);
    assertThat(seconds(watch, 1, 1).count(PeerState.BACK)).isZero();
  }

  /** wireguard.md §1.11: three initiations without a handshake, and not the end of the old key. */
  @Test
  void who_asks_three_times_in_vain_has_failed_long_before_the_last_deadline() {
    Watch watch = cut(Sessions.LOST);
    seconds(watch, 14, 0);
    for (int second = 0; second < 11; second++) {
      scene.clients.subList(0, 5).forEach(c -> c.initiations = Math.max(c.initiations, 1));
      if (second == 5 || second == 10) {
        scene.clients.subList(0, 5).forEach(c -> c.initiations++);
      }
      assertThat(seconds(watch, 1, 0).count(PeerState.FAILED)).isZero();
    }
    assertThat(seconds(watch, 1, 0).count(PeerState.FAILED)).isEqualTo(5);
    assertThat(watch.tally().matured()).containsExactly(new Cohort(26, 5, 5));
    assertThat(new Judge(GATES).early(watch.tally())).isPresent();
  }

  @Test
  void sabotage_who_asks_twice_in_as_long_has_not_failed_yet() {
    Watch watch = cut(Sessions.LOST);
    scene.clients.forEach(client -> client.initiations = 2);
    assertThat(seconds(watch, 30, 0).count(PeerState.FAILED)).isZero();
    assertThat(watch.tally().matured()).isEmpty();
  }

  /** Five of twenty ask every five seconds, and are answered with a cookie or not at all. */
  private Tally asking(Watch watch, int seconds, boolean cookies) {
    Tally tally = watch.tally();
    for (int second = 0; second < seconds; second++) {
      if (second % 5 == 0) {
        scene
            .clients
            .subList(15, 20)
            .forEach(client -> {
              client.initiations++;
              if (cookies) {
                scene.cookies.merge(client.endpoint, 1L, Long::sum);
              }
            });
      }
      scene.clients.subList(0, 15).forEach(c -> c.packets++);
      scene.clients.subList(0, 15).forEach(c -> c.received += 32);
      tally = seconds(watch, 1, 0);
    }
    return tally;
  }

  @Test
  void whoever_is_put_off_by_a_gateway_under_load_has_not_failed_and_nothing_passes_so_far() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 15);
    Tally tally = asking(watch, 40, true);
    assertThat(tally.count(PeerState.FAILED)).isZero();
    assertThat(tally.missing()).extracting(Missing::cause).containsOnly(Cause.OVERLOAD);
    assertThat(new Judge(GATES).early(tally)).isEmpty();
    assertThat(new Judge(GATES).end(tally))
        .isInstanceOfSatisfying(
            Verdict.Inconclusive.class,
            verdict ->
                assertThat(verdict.reasons())
                    .contains(
                        "5 of 20 clients are put off by the gateway, which is under load: look"
                            + " again when that is over"));
    shakeHands(15, 20);
    assertThat(new Judge(GATES).end(seconds(watch, 5, 1))).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void whoever_is_answered_by_nothing_has_failed_also_after_a_load_that_is_over() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 15);
    assertThat(asking(watch, 20, true).count(PeerState.FAILED)).isZero();
    Tally tally = asking(watch, 12, false);
    assertThat(tally.count(PeerState.FAILED)).isEqualTo(5);
    assertThat(new Judge(GATES).early(tally)).isPresent();
  }

  /** The censoring trap: who is back at once counts no sooner than who fails. */
  @Test
  void who_is_back_at_once_is_due_when_others_would_have_failed() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 19);
    assertThat(seconds(watch, 10, 1).matured()).isEmpty();
    assertThat(seconds(watch, 1, 1).matured()).containsExactly(new Cohort(11, 20, 1));
  }

  @Test
  void who_comes_back_late_is_a_failure_no_more() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 19);
    assertThat(seconds(watch, 12, 1).matured()).containsExactly(new Cohort(11, 20, 1));
    shakeHands(19, 20);
    assertThat(seconds(watch, 1, 1).matured()).containsExactly(new Cohort(11, 20, 0));
  }

  @Test
  void the_missing_are_listed_with_their_last_handshake_and_why() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 16);
    for (int second = 0; second < 12; second++) {
      scene.uptime += 1;
      scene.clients.subList(0, 16).forEach(c -> c.packets++);
      scene.clients.subList(0, 16).forEach(c -> c.received += 32);
      scene.clients.get(16).initiations++;
      scene.clients.get(17).initiations++;
      scene.responses.merge(scene.clients.get(17).endpoint, 1L, Long::sum);
      scene.clients.get(18).packets++;
      watch.accept(scene.look());
    }
    List<Missing> missing = watch.tally().missing();
    assertThat(missing)
        .extracting(Missing::cause)
        .containsExactlyInAnyOrder(
            Cause.REJECTED, Cause.UNCONFIRMED, Cause.OLD_SESSION, Cause.SILENT);
    assertThat(missing)
        .allSatisfy(one -> {
          assertThat(one.lastHandshake()).isEqualTo((long) Scene.CLOCK_AT_ZERO_UPTIME + 970);
          assertThat(one.cause().advice()).isNotBlank().doesNotContain("\n");
        });
  }
}
