package dev.backstay.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.InterfaceSample;
import dev.backstay.gateway.Observation.Sources;
import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.health.Baseline.ActivePeer;
import dev.backstay.wireguard.PublicKey;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A peer that only probes is nobody whom a change could lose. */
final class ProbeIsNoClientTest {
  private static final Set<PublicKey> PROBE = Set.of(Scene.key(0));

  @Test
  void it_is_neither_active_nor_idle_but_has_to_be_there_afterwards() {
    Scene scene = Scene.of(3);
    Observation first = scene.look();
    Observation last = scene.after(5, 4).look();
    Baseline with = Baseline.between(first, last);
    Baseline without = Baseline.between(first, last, PROBE);
    assertThat(with.active()).extracting(ActivePeer::key).contains(Scene.key(0)).hasSize(3);
    assertThat(without.active())
        .extracting(ActivePeer::key)
        .containsExactlyInAnyOrder(Scene.key(1), Scene.key(2));
    assertThat(without.idle()).isZero();
    assertThat(without.interfaces()).isEqualTo(with.interfaces());
  }

  @Test
  void one_that_is_not_probing_now_is_no_idle_client_either() {
    Scene scene = Scene.of(2);
    scene.clients.getFirst().handshake = 0;
    Observation first = scene.look();
    Observation last = scene.after(5, 4).look();
    assertThat(Baseline.between(first, last).idle()).isOne();
    assertThat(Baseline.between(first, last, PROBE).idle()).isZero();
  }

  @Test
  void it_stands_in_no_list_and_what_it_asks_is_asked_by_no_stranger() {
    Standing all = new Standing();
    Standing clients = new Standing();
    Picture counted = all.accept(look(1, 0));
    Picture hidden = clients.accept(look(1, 0).without(PROBE));
    for (int second = 2; second < 20; second++) {
      counted = all.accept(look(second, second));
      hidden = clients.accept(look(second, second).without(PROBE));
    }
    assertThat(counted.peers()).isEqualTo(2);
    assertThat(counted.unknown()).as("each probe has a port of its own").isPositive();
    assertThat(hidden.peers()).isOne();
    assertThat(hidden.unknown()).isZero();
    assertThat(hidden.initiations()).isZero();
  }

  @Test
  void whoever_else_is_where_the_probe_is_is_counted_on() {
    Observation shared =
        look(
            Map.of(Scene.key(0), "192.0.2.9:5000", Scene.key(1), "192.0.2.9:5001"),
            Map.of("192.0.2.9:5001", 3L));
    assertThat(shared.without(PROBE).sources().initiationsReceived()).containsKey("192.0.2.9:5001");
  }

  private static Observation look(int second, long initiations) {
    return look(
        Map.of(Scene.key(0), "192.0.2.9:" + (5000 + second), Scene.key(1), "192.0.2.10:5000"),
        initiations == 0
            ? Map.of()
            : Map.of("192.0.2.9:4999", initiations, "192.0.2.9:" + (5000 + second), 1L));
  }

  private static Observation look(Map<PublicKey, String> endpoints, Map<String, Long> asked) {
    double uptime = 500 + asked.values().stream().mapToLong(Long::longValue).sum();
    long clock = (long) (Scene.CLOCK_AT_ZERO_UPTIME + uptime);
    Map<PublicKey, Long> handshakes = Map.of(Scene.key(0), clock, Scene.key(1), clock);
    Map<PublicKey, Transfer> transfer =
        Map.of(Scene.key(0), new Transfer(1, 1), Scene.key(1), new Transfer(1, 1));
    return new Observation(
        clock,
        uptime,
        Scene.BOOT,
        "",
        Map.of("wg0", new InterfaceSample(true, "key", 51820, handshakes, transfer, endpoints)),
        true,
        new Sources(asked, Map.of(), Map.of(), Map.of(), Map.of(), Map.of()));
  }
}
