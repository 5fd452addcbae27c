package dev.backstay.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.testing.WireGuardServer;
import dev.backstay.wireguard.MessageType;
import dev.backstay.wireguard.Peering;
import dev.backstay.wireguard.PresharedKey;
import dev.backstay.wireguard.PrivateKey;
import dev.backstay.wireguard.PublicKey;
import dev.backstay.wireguard.Tai64n;
import dev.backstay.wireguard.Timing;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a probe makes of every way in which a gateway can behave, in virtual time. */
final class ExchangeTest {
  private static final int MTU = 1420;
  private static final Duration ROUND_TRIP = Duration.ofMillis(2);
  private static final byte[] PRESHARED = "A".repeat(42).concat("E=").getBytes();

  private final SecureRandom random = new SecureRandom();
  private final PrivateKey own = PrivateKey.generate(random);
  private final PresharedKey preshared = PresharedKey.parse(PRESHARED).orElseThrow();
  private final WireGuardServer server =
      new WireGuardServer(random).knowing(own.publicKey(), preshared);
  private final Link link = new Link(server);

  /** Each one second later than the last. */
  private long clock = 1_700_000_000;

  private Tai64n tick() {
    return new Tai64n(clock++, 0);
  }

  private Exchange exchange(PrivateKey key, PublicKey serverKey, PresharedKey psk, Ping... ping) {
    return new Exchange(
        Peering.of(key, serverKey, psk),
        List.of(ping).stream().findFirst(),
        Patience.usual(),
        this::tick,
        random);
  }

  private Exchange exchange(Ping... ping) {
    return exchange(own, server.key(), preshared, ping);
  }

  private static Ping four() {
    return new Ping(InetAddress.ofLiteral("10.9.0.2"), InetAddress.ofLiteral("10.9.0.1"), MTU);
  }

  private static Ping six() {
    return new Ping(InetAddress.ofLiteral("fd09::2"), InetAddress.ofLiteral("fd09::1"), MTU);
  }

  private static Predicate<byte[]> longerThan(int bytes) {
    return datagram -> datagram.length > bytes;
  }

  private static Predicate<byte[]> ofType(MessageType type) {
    return datagram -> MessageType.of(datagram).equals(Optional.of(type));
  }

  private List<Long> initiationsAt() {
    List<Long> at = new ArrayList<>();
    for (int i = 0; i < link.sent().size(); i++) {
      if (ofType(MessageType.INITIATION).test(link.sent().get(i))) {
        at.add(link.sentAt().get(i));
      }
    }
    return at;
  }

  @Test
  void a_response_is_level_one_and_the_gateway_is_told_that_it_came() {
    Outcome outcome = link.run(exchange());
    assertThat(outcome).isEqualTo(new Outcome.Answered(new Handshake(ROUND_TRIP, 1, 0)));
    assertThat(outcome.level()).isOne();
    assertThat(outcome.reached()).isTrue();
    assertThat(server.confirmed()).isOne();
  }

  @Test
  void a_full_size_ping_of_either_family_is_level_three() {
    for (Ping ping : List.of(four(), six())) {
      Outcome outcome = link.run(exchange(ping));
      assertThat(outcome)
          .isEqualTo(
              new Outcome.Whole(new Handshake(ROUND_TRIP, 1, 0), ROUND_TRIP, ROUND_TRIP, MTU));
      assertThat(outcome.level()).isEqualTo(3);
      assertThat(Diagnosis.of(outcome, "gw1")).isEmpty();
    }
    int largest = MTU + Timing.KEEPALIVE_BYTES;
    assertThat(link.sent()).anyMatch(datagram -> datagram.length == largest);
  }

  @Test
  void another_preshared_key_is_told_at_once() {
    Outcome outcome = link.run(exchange(own, server.key(), PresharedKey.none(), four()));
    assertThat(outcome).isEqualTo(new Outcome.OtherPresharedKey(ROUND_TRIP));
  }

  @Test
  void a_key_that_the_gateway_does_not_know_and_another_server_key_are_silence() {
    PrivateKey stranger = PrivateKey.generate(random);
    assertThat(link.run(exchange(stranger, server.key(), preshared)))
        .isInstanceOf(Outcome.Silent.class);
    assertThat(link.run(exchange(own, stranger.publicKey(), preshared)))
        .isInstanceOf(Outcome.Silent.class);
  }

  @Test
  void it_asks_every_five_seconds_with_a_new_initiation_and_gives_up_after_three() {
    link.losing(all -> true);
    Outcome outcome = link.run(exchange());
    assertThat(outcome).isInstanceOf(Outcome.Silent.class);
    assertThat(((Outcome.Silent) outcome).waited())
        .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(16));
    List<Long> at = initiationsAt();
    assertThat(at).hasSize(3);
    for (int i = 1; i < at.size(); i++) {
      assertThat(Duration.ofNanos(at.get(i) - at.get(i - 1)))
          .isBetween(Timing.REKEY_TIMEOUT, Timing.REKEY_TIMEOUT.plus(Timing.REKEY_JITTER));
    }
    assertThat(link.sent().stream().map(Arrays::hashCode).distinct()).hasSize(3);
  }

  @Test
  void a_lost_initiation_costs_a_try_and_the_time_is_that_of_the_one_that_was_answered() {
    link.losing(datagram -> link.sent().size() == 1);
    assertThat(link.run(exchange()))
        .isEqualTo(new Outcome.Answered(new Handshake(ROUND_TRIP, 2, 0)));
  }

  @Test
  void responses_that_are_lost_look_like_no_answer() {
    link.losingAnswers(ofType(MessageType.RESPONSE));
    assertThat(link.run(exchange())).isInstanceOf(Outcome.Silent.class);
  }

  @Test
  void a_timestamp_that_the_gateway_has_seen_is_silence_and_a_later_one_is_not() {
    assertThat(link.run(exchange()).reached()).isTrue();
    clock -= 1;
    link.losing(datagram -> link.sent().size() > 2);
    assertThat(link.run(exchange())).isInstanceOf(Outcome.Silent.class);
    link.losing(none -> false);
    assertThat(link.run(exchange()).reached()).isTrue();
  }

  @Test
  void a_cookie_is_answered_at_once_and_no_faster_than_a_gateway_takes_initiations() {
    server.underLoad();
    assertThat(link.run(exchange(four())))
        .isEqualTo(new Outcome.Whole(new Handshake(ROUND_TRIP, 2, 1), ROUND_TRIP, ROUND_TRIP, MTU));
    List<Long> at = initiationsAt();
    assertThat(Duration.ofNanos(at.get(1) - at.get(0)))
        .isBetween(Timing.INITIATION_SPACING.multipliedBy(2), Duration.ofMillis(50));
  }

  @Test
  void a_gateway_that_no_cookie_satisfies_is_not_flooded() {
    server.neverSatisfied();
    Outcome outcome = link.run(exchange());
    assertThat(outcome).isInstanceOf(Outcome.Loaded.class);
    assertThat(initiationsAt()).hasSize(4);
  }

  @Test
  void cookies_without_answers_say_that_the_server_key_is_right() {
    PrivateKey stranger = PrivateKey.generate(random);
    server.underLoad();
    Outcome outcome = link.run(exchange(stranger, server.key(), preshared));
    assertThat(outcome).isInstanceOf(Outcome.Loaded.class);
    assertThat(Diagnosis.of(outcome, "gw1").orElseThrow().hint()).contains("server key is right");
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 576, 1280, 1376, 1400, 1408})
  void a_size_above_which_packets_are_lost_is_found_to_the_step(int passes) {
    link.losing(longerThan(passes + Timing.KEEPALIVE_BYTES));
    Outcome outcome = link.run(exchange(four()));
    assertThat(outcome).isInstanceOf(Outcome.Narrow.class);
    Outcome.Narrow narrow = (Outcome.Narrow) outcome;
    assertThat(narrow.bytes()).isEqualTo(passes / 16 * 16);
    assertThat(narrow.wanted()).isEqualTo(MTU);
    assertThat(outcome.level()).isEqualTo(2);
  }

  @Test
  void it_makes_no_difference_in_which_direction_large_packets_are_lost() {
    link.losingAnswers(longerThan(1000 + Timing.KEEPALIVE_BYTES));
    assertThat(link.run(exchange(six())))
        .isInstanceOfSatisfying(
            Outcome.Narrow.class, narrow -> assertThat(narrow.bytes()).isEqualTo(992));
  }

  @Test
  void an_answer_that_was_cut_does_not_count_as_whole() {
    server.answeringPings(bytes -> Math.min(bytes, 1300));
    assertThat(link.run(exchange(four())))
        .isInstanceOfSatisfying(
            Outcome.Narrow.class, narrow -> assertThat(narrow.bytes()).isEqualTo(1296));
  }

  @Test
  void two_of_three_pings_may_be_lost() {
    HashSet<Integer> seen = new HashSet<>();
    link.losing(datagram ->
        longerThan(1000).test(datagram) && seen.add(link.sent().size()) && seen.size() < 3);
    assertThat(link.run(exchange(four()))).isInstanceOf(Outcome.Whole.class);
  }

  @Test
  void a_ping_that_nobody_answers_is_told_from_data_that_does_not_come_through() {
    server.answeringPings(bytes -> 0);
    Outcome outcome = link.run(exchange(four()));
    assertThat(outcome).isInstanceOf(Outcome.Unpinged.class);
    assertThat(((Outcome.Unpinged) outcome).confirmed())
        .isEqualTo(Timing.KEEPALIVE_TIMEOUT.plus(ROUND_TRIP));
  }

  @Test
  void data_that_is_lost_in_either_direction_is_a_stall() {
    link.losing(ofType(MessageType.DATA));
    assertThat(link.run(exchange(four()))).isInstanceOf(Outcome.Stalled.class);
    assertThat(server.confirmed()).isZero();
    link.losing(none -> false).losingAnswers(ofType(MessageType.DATA));
    assertThat(link.run(exchange(four()))).isInstanceOf(Outcome.Stalled.class);
  }

  @Test
  void an_icmp_error_from_inside_is_passed_on() {
    for (Ping ping : List.of(four(), six())) {
      server.refusingPings(ping.to());
      Outcome outcome = link.run(exchange(ping));
      assertThat(outcome).isInstanceOf(Outcome.Unpinged.class);
      assertThat(Diagnosis.of(outcome, "gw1").orElseThrow().what())
          .contains("destination unreachable, code 1");
    }
  }

  @Test
  void altered_answers_mean_nothing() {
    link.losingAnswers(datagram -> {
      datagram[datagram.length - 20] ^= 1;
      return false;
    });
    assertThat(link.run(exchange(four()))).isInstanceOf(Outcome.Silent.class);
  }

  @Test
  void nothing_that_arrives_breaks_a_probe_or_counts_as_an_answer() {
    Random noise = new Random(7);
    Exchange asking = exchange(four());
    byte[] initiation = asking.begin(0).send().getFirst();
    junk(asking, noise);
    byte[] response = server.receive(initiation, 0).getFirst();
    assertThat(asking.received(response, 1).send()).hasSize(3);
    junk(asking, noise);
    asking.close();
  }

  /** Of every type and of lengths that fit and do not. */
  private static void junk(Exchange exchange, Random noise) {
    int[] lengths = {0, 1, 3, 4, 16, 31, 32, 48, 63, 64, 65, 91, 92, 93, 147, 148, 149, 1500};
    for (int i = 0; i < 20_000; i++) {
      byte[] datagram = new byte[lengths[noise.nextInt(lengths.length)]];
      noise.nextBytes(datagram);
      if (datagram.length >= 4) {
        System.arraycopy(new byte[] {(byte) noise.nextInt(6), 0, 0, 0}, 0, datagram, 0, 4);
      }
      Step step = exchange.received(datagram, 1);
      assertThat(step).isInstanceOf(Step.Wait.class);
      assertThat(step.send()).isEmpty();
    }
  }

  @Test
  void what_this_machine_cannot_send_ends_it_before_the_handshake_and_is_lost_after_it() {
    Exchange asking = exchange();
    asking.begin(0);
    assertThat(asking.unsendable("no route"))
        .contains(new Step.Ended(new Outcome.Unreachable("no route")));
    Exchange pinging = exchange(four());
    link.run(pinging);
    assertThat(pinging.unsendable("not permitted")).isEmpty();
  }

  @Test
  void a_closed_port_ends_it_and_every_end_that_is_no_success_has_a_cause_and_a_remedy() {
    Exchange exchange = exchange();
    exchange.begin(0);
    Step step = exchange.refused(1_000_000);
    Handshake handshake = new Handshake(ROUND_TRIP, 1, 0);
    List<Outcome> ends =
        List.of(
            ((Step.Ended) step).outcome(),
            new Outcome.Narrow(handshake, ROUND_TRIP, ROUND_TRIP, 1376, 1420),
            new Outcome.Unpinged(handshake, ROUND_TRIP, Optional.empty()),
            new Outcome.Stalled(handshake, Duration.ofSeconds(12)),
            new Outcome.OtherPresharedKey(ROUND_TRIP),
            new Outcome.Loaded(3, 2, Duration.ofSeconds(15)),
            new Outcome.Silent(3, Duration.ofSeconds(15)),
            new Outcome.Elsewhere("198.18.20.1"),
            new Outcome.Unreachable("Network is unreachable"));
    assertThat(ends.getFirst()).isEqualTo(new Outcome.Refused(Duration.ofMillis(1)));
    for (Outcome end : ends) {
      assertThat(end.reached()).isFalse();
      assertThat(Diagnosis.of(end, "gw1").orElseThrow().what()).isNotBlank();
      assertThat(Diagnosis.of(end, "gw1").orElseThrow().hint()).isNotBlank();
    }
    assertThat(ends.stream().map(end -> Diagnosis.of(end, "gw1").orElseThrow().code()).distinct())
        .hasSameSizeAs(ends);
  }
}
