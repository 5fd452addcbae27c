package dev.backstay.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.Asked;
import dev.backstay.health.Picture.Failure;
import dev.backstay.health.Picture.Knows;
import dev.backstay.health.Picture.Stranger;
import dev.backstay.health.Watch.Reference;
import dev.backstay.health.Watch.Sessions;
import dev.backstay.wireguard.Initiator;
import dev.backstay.wireguard.Peering;
import dev.backstay.wireguard.PresharedKey;
import dev.backstay.wireguard.PrivateKey;
import dev.backstay.wireguard.PublicKey;
import dev.backstay.wireguard.Tai64n;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Real initiations, as the packet filter keeps them. */
final class ServerKeysTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final PublicKey BEFORE = generated();
  private static final PublicKey NOW = generated();

  private final Scene scene = Scene.of(20);
  private final Scene.Client client = scene.clients.getFirst();

  private static PublicKey generated() {
    try (PrivateKey key = PrivateKey.generate(RANDOM)) {
      return key.publicKey();
    }
  }

  private static Asked asks(String source, PublicKey server) {
    try (PrivateKey own = PrivateKey.generate(RANDOM);
        Peering peering = Peering.of(own, server, PresharedKey.none());
        Initiator initiator =
            Initiator.begin(peering, Tai64n.of(Instant.now()), Optional.empty(), RANDOM)) {
      return new Asked(source, HexFormat.of().formatHex(initiator.message(), 0, 132));
    }
  }

  private Picture failing(Standing standing, Asked asked) {
    Picture picture = standing.accept(scene.look());
    for (int i = 0; i < 12; i++) {
      scene.after(1, 0);
      client.initiations += i % 5 == 0 ? 1 : 0;
      scene.asked = i == 6 ? List.of(asked) : List.of();
      picture = standing.accept(scene.look());
    }
    return picture;
  }

  @Test
  void a_client_that_uses_the_key_before_is_told_as_that() {
    scene.publicKey = BEFORE.base64();
    Standing standing = new Standing();
    standing.accept(scene.look());
    scene.publicKey = NOW.base64();
    scene.after(1, 0);
    Picture picture = failing(standing, asks(client.endpoint, BEFORE));
    assertThat(picture.failing()).extracting(Failure::why).containsExactly(Cause.EARLIER_KEY);
  }

  @Test
  void a_key_that_is_given_is_known_though_the_gateway_never_showed_it() {
    scene.publicKey = NOW.base64();
    Asked asked = asks(client.endpoint, BEFORE);
    assertThat(failing(new Standing(List.of(BEFORE)), asked).failing())
        .extracting(Failure::why)
        .containsExactly(Cause.EARLIER_KEY);
    scene.after(20, 0);
    assertThat(failing(new Standing(), asked).failing())
        .extracting(Failure::why)
        .containsExactly(Cause.OTHER_KEY);
  }

  @Test
  void a_client_that_uses_the_right_key_is_rejected_for_another_reason() {
    scene.publicKey = NOW.base64();
    assertThat(failing(new Standing(List.of(BEFORE)), asks(client.endpoint, NOW)).failing())
        .extracting(Failure::why)
        .containsExactly(Cause.REJECTED);
  }

  @Test
  void strangers_are_told_apart_and_counted_for_nobody() {
    scene.publicKey = NOW.base64();
    Standing standing = new Standing(List.of(BEFORE));
    client.initiations = 0;
    Scene.Client lost = new Scene.Client(100);
    Scene.Client unknown = new Scene.Client(101);
    Scene.Client scanner = new Scene.Client(102);
    Picture picture = standing.accept(strangers(lost, unknown, scanner));
    for (int i = 0; i < 12; i++) {
      scene.after(1, 0);
      for (Scene.Client one : List.of(lost, unknown, scanner)) {
        one.initiations += i % 5 == 0 ? 1 : 0;
      }
      scene.asked =
          i == 6
              ? List.of(
                  asks(lost.endpoint, BEFORE),
                  asks(unknown.endpoint, NOW),
                  new Asked(scanner.endpoint, "01000000" + "5a".repeat(128)))
              : List.of();
      picture = standing.accept(strangers(lost, unknown, scanner));
    }
    assertThat(picture.strangers())
        .containsExactlyInAnyOrder(
            new Stranger(lost.endpoint, Knows.AN_EARLIER_KEY),
            new Stranger(unknown.endpoint, Knows.THIS_GATEWAY),
            new Stranger(scanner.endpoint, Knows.NOTHING));
    assertThat(picture.unknown()).isEqualTo(3);
    assertThat(picture.failing()).isEmpty();
    assertThat(picture.peers()).isEqualTo(20);
  }

  /** What the gateway sees when those ask as well, who are no peers. */
  private Observation strangers(Scene.Client... who) {
    scene.clients.addAll(List.of(who));
    Observation all = scene.look();
    scene.clients.removeAll(List.of(who));
    Observation peers = scene.look();
    return new Observation(
        all.clock(),
        all.uptime(),
        all.boot(),
        all.srcversion(),
        peers.interfaces(),
        true,
        all.sources(),
        all.beyond());
  }

  @Test
  void a_verdict_names_the_key_too() {
    scene.publicKey = BEFORE.base64();
    Observation first = scene.look();
    Observation before = scene.after(10, 3).look();
    scene.publicKey = NOW.base64();
    scene.after(1, 0);
    Watch watch =
        new Watch(
            Baseline.between(first, before),
            new Reference(before, scene.uptime, scene.uptime, Sessions.LOST, ""));
    for (int i = 0; i < 16; i++) {
      scene.after(1, 0);
      client.initiations += i % 5 == 0 ? 1 : 0;
      scene.asked = i == 6 ? List.of(asks(client.endpoint, BEFORE)) : List.of();
      watch.accept(scene.look());
    }
    assertThat(watch.tally().missing())
        .filteredOn(one -> one.state() == PeerState.FAILED)
        .extracting(Missing::cause)
        .containsExactly(Cause.EARLIER_KEY);
  }

  @Test
  void a_flood_of_sources_makes_it_forget_and_not_grow() {
    ServerKeys keys = new ServerKeys(List.of(NOW));
    Asked first = asks("192.0.2.1:1", NOW);
    scene.asked = List.of(first);
    keys.accept(scene.look());
    assertThat(keys.whyRejected(first.source())).isEqualTo(Cause.EARLIER_KEY);
    for (int i = 0; i < 20; i++) {
      int block = i;
      scene.asked =
          IntStream.range(0, 256)
              .mapToObj(n -> new Asked("203.0.113.9:" + (block * 256 + n), first.head()))
              .toList();
      keys.accept(scene.look());
    }
    assertThat(keys.of(first.source())).isEqualTo(ServerKeys.Asks.UNKNOWN);
    assertThat(keys.of("203.0.113.9:5119")).isEqualTo(ServerKeys.Asks.EARLIER);
  }
}
