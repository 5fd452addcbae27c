package dev.backstay.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.testing.WireGuardServer;
import dev.backstay.wireguard.Answer;
import dev.backstay.wireguard.Initiator;
import dev.backstay.wireguard.MessageType;
import dev.backstay.wireguard.Peering;
import dev.backstay.wireguard.PresharedKey;
import dev.backstay.wireguard.PrivateKey;
import dev.backstay.wireguard.Session;
import dev.backstay.wireguard.Tai64n;
import dev.backstay.wireguard.Timing;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How clients behave, against a responder and in virtual time. */
final class ClientTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private final SecureRandom random = new SecureRandom();
  private final PrivateKey own = PrivateKey.generate(random);
  private final WireGuardServer server =
      new WireGuardServer(random).knowing(own.publicKey(), PresharedKey.none());

  /** What was sent, and when. */
  private final List<Sent> sent = new ArrayList<>();

  private boolean cut;
  private long now;

  private record Sent(MessageType type, Duration at) {}

  private Client client(Habits habits) {
    return client(habits, PresharedKey.none(), NOW);
  }

  private Client client(Habits habits, PresharedKey preshared, Instant begin) {
    Clock clock = Clock.fixed(begin, ZoneOffset.UTC);
    return new Client(Peering.of(own, server.key(), preshared), habits, clock, random);
  }

  /** The way to the server and back takes no time. */
  private void carry(Client client, List<byte[]> datagrams) {
    for (byte[] datagram : datagrams) {
      sent.add(new Sent(MessageType.of(datagram).orElseThrow(), Duration.ofNanos(now)));
      if (!cut) {
        server
            .receive(datagram, now)
            .forEach(answer -> carry(client, client.received(answer, now)));
      }
    }
  }

  private Client begun(Client client) {
    carry(client, client.begin(now));
    return client;
  }

  private long next(Client client) {
    return Math.min(client.wakeAt(), server.wakeAt().orElse(Long.MAX_VALUE));
  }

  private void run(Client client, Duration time) {
    long end = now + time.toNanos();
    while (next(client) <= end) {
      now = next(client);
      if (now == client.wakeAt()) {
        carry(client, client.woken(now));
      } else {
        List<byte[]> said = server.woken();
        if (!cut) {
          said.forEach(one -> carry(client, client.received(one, now)));
        }
      }
    }
    now = end;
  }

  private PresharedKey other() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return PresharedKey.parse(Base64.getEncoder().encode(key)).orElseThrow();
  }

  /** The header of an ICMP echo, which is all that the server looks at. */
  private static byte[] ping() {
    byte[] packet = new byte[28];
    packet[0] = 0x45;
    packet[3] = (byte) packet.length;
    packet[20] = 8;
    return packet;
  }

  private List<Duration> when(MessageType type) {
    return sent.stream().filter(one -> one.type() == type).map(Sent::at).toList();
  }

  @Test
  void an_ordinary_client_shakes_hands_keeps_alive_and_renews_its_keys_after_two_minutes() {
    Client client = begun(client(Habits.ordinary()));
    assertThat(client.seen().handshakes()).isOne();
    assertThat(server.confirmed()).isOne();
    run(client, Duration.ofMinutes(10));
    // At the first keepalive that finds the keys older than 120 s: every 125 s.
    assertThat(when(MessageType.INITIATION))
        .containsExactly(
            Duration.ZERO,
            Duration.ofSeconds(125),
            Duration.ofSeconds(250),
            Duration.ofSeconds(375),
            Duration.ofSeconds(500));
    assertThat(client.seen().handshakes()).isEqualTo(5);
  }

  @Test
  void a_client_without_keepalive_says_nothing_after_its_handshake() {
    Client client = begun(client(Habits.ordinary().withoutKeepalive()));
    int before = sent.size();
    run(client, Duration.ofHours(1));
    assertThat(sent).hasSize(before);
    assertThat(client.wakeAt()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void who_talks_and_hears_nothing_for_fifteen_seconds_asks_anew() {
    Client client =
        begun(client(Habits.ordinary().talking(Duration.ofSeconds(2), ClientTest::ping)));
    run(client, Duration.ofSeconds(30));
    assertThat(when(MessageType.INITIATION)).hasSize(1);
    cut = true;
    run(client, Duration.ofSeconds(18));
    assertThat(when(MessageType.INITIATION)).hasSize(2);
    // What was sent last before the cut was answered; the next, two seconds later at most, was not.
    assertThat(when(MessageType.INITIATION).getLast())
        .isBetween(Duration.ofSeconds(30 + 15), Duration.ofSeconds(30 + 15 + 2));
  }

  @Test
  void who_only_keeps_alive_does_not_notice_that_nobody_answers() {
    Client client = begun(client(Habits.ordinary()));
    cut = true;
    run(client, Duration.ofSeconds(110));
    assertThat(when(MessageType.INITIATION)).hasSize(1);
  }

  @Test
  void with_other_keys_the_session_lives_on_and_the_next_handshake_fails() {
    Client client = begun(client(Habits.ordinary()));
    client.rekey(Peering.of(own, server.key(), other()));
    run(client, Duration.ofSeconds(110));
    assertThat(client.seen().undecryptable()).isZero();
    run(client, Duration.ofSeconds(60));
    assertThat(client.seen().undecryptable()).isPositive();
    assertThat(client.seen().handshakes()).isOne();
    client.rekey(Peering.of(own, server.key(), PresharedKey.none()));
    run(client, Duration.ofSeconds(60));
    assertThat(client.seen().handshakes()).isGreaterThan(1);
  }

  @Test
  void without_an_answer_it_asks_twenty_times_and_begins_anew_with_its_next_keepalive() {
    cut = true;
    Client client = begun(client(Habits.ordinary().keepingAlive(Duration.ofSeconds(120))));
    run(client, Duration.ofSeconds(119));
    assertThat(when(MessageType.INITIATION)).hasSize(20);
    run(client, Duration.ofSeconds(2));
    assertThat(when(MessageType.INITIATION)).hasSize(21);
    cut = false;
    run(client, Duration.ofSeconds(6));
    assertThat(client.seen().handshakes()).isOne();
  }

  @Test
  void an_impatient_client_asks_every_second() {
    cut = true;
    Client client = begun(client(Habits.ordinary().impatient()));
    run(client, Duration.ofMinutes(1));
    assertThat(client.seen().initiations()).isBetween(45, 61);
  }

  @Test
  void a_client_with_an_old_preshared_key_asks_and_is_answered_and_never_connected() {
    PresharedKey old = PresharedKey.parse("A".repeat(42).concat("E=").getBytes()).orElseThrow();
    Client client = begun(client(Habits.ordinary(), old, NOW));
    run(client, Duration.ofSeconds(11));
    assertThat(client.seen().handshakes()).isZero();
    assertThat(client.seen().undecryptable()).isEqualTo(3);
    assertThat(server.confirmed()).isZero();
  }

  @Test
  void a_client_whose_clock_was_ahead_is_locked_out_once_it_is_right() {
    Client ahead = begun(client(Habits.ordinary().withClockAhead(Duration.ofHours(1))));
    assertThat(ahead.seen().handshakes()).isOne();
    Client right = begun(client(Habits.ordinary()));
    run(right, Duration.ofMinutes(1));
    assertThat(right.seen().handshakes()).isZero();
    Client later = begun(client(Habits.ordinary(), PresharedKey.none(), NOW.plusSeconds(3601)));
    assertThat(later.seen().handshakes()).isOne();
  }

  @Test
  void a_cookie_is_used_at_the_next_try_and_not_at_all_by_who_does_not_know_cookies() {
    server.underLoad();
    Client client = begun(client(Habits.ordinary()));
    assertThat(client.seen().handshakes()).isZero();
    run(client, Duration.ofSeconds(6));
    assertThat(client.seen().handshakes()).isOne();
    assertThat(client.seen().cookies()).isOne();
    assertThat(when(MessageType.INITIATION).getLast())
        .isBetween(Timing.REKEY_TIMEOUT, Timing.REKEY_TIMEOUT.plus(Timing.REKEY_JITTER));

    Client ignorant = begun(client(Habits.ordinary().ignorantOfCookies()));
    run(ignorant, Duration.ofSeconds(60));
    assertThat(ignorant.seen().handshakes()).isZero();
    assertThat(ignorant.seen().cookies()).isGreaterThan(5);
  }

  @Test
  void a_client_that_is_called_answers_and_is_connected_when_data_comes() {
    PrivateKey gateway = PrivateKey.generate(random);
    Client client =
        new Client(
            Peering.of(own, gateway.publicKey(), PresharedKey.none()),
            Habits.ordinary().withoutKeepalive(),
            Clock.systemUTC(),
            random);
    Peering peering = Peering.of(gateway, own.publicKey(), PresharedKey.none());
    Initiator caller = Initiator.begin(peering, Tai64n.of(NOW), Optional.empty(), random);
    List<byte[]> answer = client.received(caller.message(), now);
    Session session = ((Answer.Accepted) caller.read(answer.getFirst())).session();
    assertThat(client.seen().handshakes()).isZero();
    client.received(session.keepalive(), now);
    assertThat(client.seen().handshakes()).isOne();
    assertThat(client.seen().called()).isOne();
    assertThat(client.received(caller.message(), now)).isEmpty();

    // It owes a keepalive to whoever sends data.
    client.received(session.seal(new byte[20], 1420), now);
    run(client, Duration.ofSeconds(11));
    assertThat(when(MessageType.DATA)).containsExactly(Timing.KEEPALIVE_TIMEOUT);
  }

  @Test
  void a_stranger_who_calls_gets_no_answer() {
    Client client = client(Habits.ordinary());
    Peering stranger =
        Peering.of(PrivateKey.generate(random), own.publicKey(), PresharedKey.none());
    Initiator caller = Initiator.begin(stranger, Tai64n.of(NOW), Optional.empty(), random);
    assertThat(client.received(caller.message(), now)).isEmpty();
  }
}
