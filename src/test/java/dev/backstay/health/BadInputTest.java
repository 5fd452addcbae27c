package dev.backstay.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.gateway.Observation;
import dev.backstay.health.Picture.Failure;
import dev.backstay.health.Watch.Reference;
import dev.backstay.health.Watch.Sessions;
import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Percent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gateways whose clocks, counters and lines do what they should not. */
final class BadInputTest {
  private static final int HOUR = 3600;
  private static final Gates GATES =
      new Gates(new Percent(50), new Percent(500), new Percent(2000), new Percent(0));

  private final Scene scene = Scene.of(20);
  private final Standing standing = new Standing();

  private Watch cut(Sessions sessions) {
    Observation first = scene.look();
    Observation before = scene.after(10, 3).look();
    scene.after(1, 0);
    return new Watch(
        Baseline.between(first, before),
        new Reference(before, scene.uptime, scene.uptime, sessions, ""));
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
  void a_clock_that_is_set_ahead_makes_nobody_idle_and_one_that_is_set_back_keeps_nobody_alive() {
    for (int step : List.of(HOUR, -2 * HOUR)) {
      standing.accept(scene.after(1, 1).look());
      scene.clockSet += step;
      Picture picture = standing.accept(scene.after(1, 1).look());
      assertThat(picture.connected()).isEqualTo(20);
      assertThat(picture.clock()).as("it is the gateway's own").isEqualTo(scene.look().clock());
    }
    // Nobody renews his session: by the uptime it is over all the same.
    Picture picture = standing.accept(scene.after(300, 0).look());
    assertThat(picture.idle()).isEqualTo(20);
  }

  @Test
  void who_was_back_before_or_after_the_clock_was_set_is_back_and_nobody_else() {
    for (int step : List.of(HOUR, -HOUR)) {
      shakeHands(0, 20);
      Watch watch = cut(Sessions.LOST_AND_CALLED);
      shakeHands(0, 5);
      seconds(watch, 2, 1);
      scene.clockSet += step;
      seconds(watch, 2, 1);
      shakeHands(5, 10);
      Tally tally = seconds(watch, 20, 1);
      assertThat(tally.count(PeerState.BACK)).as("%d s", step).isEqualTo(10);
      assertThat(tally.count(PeerState.FAILED)).as("%d s", step).isEqualTo(10);
    }
  }

  @Test
  void who_was_active_when_the_clock_was_set_is_still_waited_for() {
    Observation first = scene.look();
    scene.clockSet += HOUR;
    shakeHands(0, 3);
    assertThat(Baseline.between(first, scene.after(10, 3).look()).active()).hasSize(20);
    scene.clockSet -= 3 * HOUR;
    assertThat(Baseline.between(first, scene.after(400, 3).look()).active()).hasSize(3);
  }

  @Test
  void a_handshake_just_before_the_clock_was_set_back_does_not_lie_ahead() {
    standing.accept(scene.after(1, 1).look());
    scene.after(1, 1);
    shakeHands(0, 1);
    scene.clockSet -= HOUR;
    standing.accept(scene.look());
    // An hour later the session would still be young, if that handshake counted as one to come.
    Picture picture = standing.accept(scene.after(400, 0).look());
    assertThat(picture.connected()).isZero();
  }

  @Test
  void counters_that_begin_anew_hide_no_failure_and_invent_none() {
    scene.clients.forEach(client -> client.initiations = 5);
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    seconds(watch, 1, 0);
    // Somebody flushes the rules; then one asks three times, and the others are back.
    scene.clients.forEach(client -> client.initiations = 0);
    scene.clients.forEach(client -> client.packets = 0);
    shakeHands(1, 20);
    seconds(watch, 1, 1);
    for (int i = 0; i < 3; i++) {
      scene.clients.getFirst().initiations++;
      seconds(watch, 5, 1);
    }
    Tally tally = watch.tally();
    assertThat(tally.count(PeerState.BACK)).isEqualTo(19);
    assertThat(tally.count(PeerState.FAILED)).isEqualTo(1);
    assertThat(tally.missing().getFirst().cause()).isEqualTo(Cause.REJECTED);
  }

  @Test
  void an_interface_that_is_made_anew_is_heard_though_its_bytes_began_at_nothing() {
    scene.clients.forEach(client -> client.received = 1_000_000);
    Watch watch = cut(Sessions.MOVED);
    scene.clients.forEach(client -> client.received = 0);
    seconds(watch, 1, 0);
    assertThat(watch.tally().count(PeerState.BACK)).isZero();
    assertThat(seconds(watch, 2, 2).count(PeerState.BACK)).isEqualTo(20);
  }

  @Test
  void what_comes_twice_or_out_of_order_is_seen_once() {
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    Observation early = scene.after(1, 1).look();
    watch.accept(early);
    standing.accept(early);
    shakeHands(0, 20);
    Observation late = scene.after(1, 1).look();
    watch.accept(late);
    Picture picture = standing.accept(late);
    for (Observation again : List.of(early, late, early)) {
      watch.accept(again);
      assertThat(standing.accept(again)).isEqualTo(picture);
    }
    assertThat(watch.tally().allBack()).isTrue();
    assertThat(watch.tally().seconds()).isEqualTo(2);
  }

  @Test
  void what_a_boot_told_that_is_over_says_nothing_of_the_next() {
    Observation before = scene.after(1, 1).look();
    standing.accept(before);
    scene.boot = "the next";
    scene.uptime = 3;
    scene.clients.forEach(client -> client.handshake = 0);
    Picture picture = standing.accept(scene.look());
    assertThat(picture.connected()).isZero();
    assertThat(standing.accept(before)).isEqualTo(picture);
  }

  @Test
  void without_peers_there_is_a_picture_and_no_verdict_that_passes() {
    Scene empty = Scene.of(0);
    assertThat(standing.accept(empty.look()).peers()).isZero();
    Observation before = empty.look();
    Watch watch =
        new Watch(
            Baseline.between(before, before),
            new Reference(before, empty.uptime, empty.uptime, Sessions.LOST, ""));
    watch.accept(empty.after(1, 0).look());
    assertThat(new Judge(GATES).end(watch.tally())).isInstanceOf(Verdict.Inconclusive.class);
  }

  @Test
  void what_a_gateway_lacks_is_why_the_verdict_does_not_pass() {
    scene.counted = false;
    scene.lacks = List.of("nft is missing here, so datagrams are not counted");
    assertThat(standing.accept(scene.after(1, 0).look()).lacks()).isEqualTo(scene.lacks);
    Watch watch = cut(Sessions.LOST_AND_CALLED);
    shakeHands(0, 20);
    Verdict verdict = new Judge(GATES).end(seconds(watch, 60, 1));
    assertThat(verdict).isInstanceOf(Verdict.Inconclusive.class);
    assertThat(String.join("\n", verdict.reasons())).contains(scene.lacks.getFirst());
  }

  @Test
  void bytes_and_packets_that_were_not_read_together_are_not_held_against_each_other() {
    for (int i = 0; i < 60; i++) {
      // Packets are read every sixth time; in between the bytes go on.
      long packets = i % 6 == 0 ? i * 50L : i / 6 * 300L;
      scene.flows = i % 6 == 0;
      scene.after(1, 0);
      for (Scene.Client client : scene.clients) {
        client.packets = packets;
        client.received += 50 * 32;
      }
      assertThat(standing.accept(scene.look()).failing()).isEmpty();
    }
  }

  @Test
  void packets_that_the_interface_refuses_have_a_wrong_inner_address() {
    for (int i = 0; i < 5; i++) {
      scene.after(1, 0);
      scene.clients.getFirst().packets += 5;
      scene.rxErrors += 5;
      standing.accept(scene.look());
    }
    Picture picture = standing.accept(scene.after(1, 0).look());
    assertThat(picture.failing()).extracting(Failure::why).containsExactly(Cause.INNER_ADDRESS);

    Watch watch = cut(Sessions.KEPT);
    for (int i = 0; i < 5; i++) {
      scene.after(1, 0);
      scene.clients.get(1).packets += 5;
      scene.rxErrors += 5;
      watch.accept(scene.look());
    }
    assertThat(watch.tally().missing())
        .extracting(Missing::cause)
        .containsExactly(Cause.INNER_ADDRESS);
  }

  @Test
  void a_fleet_of_65536_peers_is_watched_second_by_second() {
    Scene large = Scene.of(65_536);
    Observation first = large.look();
    Observation before = large.after(10, 3).look();
    Watch watch =
        new Watch(
            Baseline.between(first, before),
            new Reference(before, large.uptime, large.uptime, Sessions.LOST_AND_CALLED, ""));
    large.clients.forEach(client -> client.handshake = large.clock());
    watch.accept(large.after(1, 1).look());
    assertThat(standing.accept(large.look()).connected()).isEqualTo(65_536);
    assertThat(watch.tally().allBack()).isTrue();
  }
}
