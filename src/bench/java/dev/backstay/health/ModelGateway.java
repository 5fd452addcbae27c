package dev.backstay.health;

import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.InterfaceSample;
import dev.backstay.gateway.Observation.Sources;
import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.health.ModelClient.Fate;
import dev.backstay.health.ModelClient.Kind;
import dev.backstay.health.Watch.Reference;
import dev.backstay.health.Watch.Sessions;
import dev.backstay.wireguard.PublicKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToLongFunction;

/** A gateway with clients of the model, as a collector on it would tell it second by second. */
final class ModelGateway {
  /** Interfaces are away for so long while the module is swapped. */
  private static final double AWAY = 0.6;

  /** Long enough to hear those who only keep alive. */
  private static final double BASELINE = 30;

  private static final double UPTIME = 5000;
  private static final double CLOCK = 1_700_000_000;
  private static final String NETWORK = "wg0";
  private static final String BOOT = "boot";
  private static final List<PublicKey> KEYS = new ArrayList<>();

  private final List<ModelClient> clients = new ArrayList<>();
  private final List<PublicKey> keys;
  private final Map<PublicKey, ModelClient> byKey = new HashMap<>();
  private final Map<PublicKey, String> endpoints;
  private final boolean cut;
  private final boolean called;

  /**
   * @param size so many clients are configured
   * @param loss each is broken by the change with this probability
   * @param churn each leaves by itself with this probability
   * @param cut whether its sessions are lost at second 0; if not, it is a control
   * @param called whether it calls its clients then
   * @param end of what is looked at
   */
  ModelGateway(
      int size, double loss, double churn, boolean cut, boolean called, double end, Random random) {
    this.cut = cut;
    this.called = called;
    this.keys = keys(size);
    Map<PublicKey, String> at = new HashMap<>();
    for (int i = 0; i < size; i++) {
      Fate fate =
          random.nextDouble() < churn
              ? Fate.CHURNED
              : cut && random.nextDouble() < loss ? Fate.BROKEN : Fate.WELL;
      clients.add(new ModelClient(Kind.drawn(random), fate, cut ? AWAY : -1, called, end, random));
      byKey.put(keys.get(i), clients.getLast());
      at.put(keys.get(i), "198.18.%d.%d:51820".formatted(i / 250, i % 250));
    }
    this.endpoints = Map.copyOf(at);
  }

  private static synchronized List<PublicKey> keys(int size) {
    while (KEYS.size() < size) {
      byte[] bytes = ByteBuffer.allocate(32).putInt(KEYS.size()).put((byte) 7).array();
      KEYS.add(new PublicKey(Base64.getEncoder().encodeToString(bytes)));
    }
    return List.copyOf(KEYS.subList(0, size));
  }

  /** Those that were active in the seconds before. */
  Baseline baseline() {
    return Baseline.between(look(-BASELINE), look(0));
  }

  /** As a transaction watches it: for a control, whoever is heard is well. */
  Watch watch(Baseline baseline) {
    Sessions sessions = cut ? called ? Sessions.LOST_AND_CALLED : Sessions.LOST : Sessions.MOVED;
    return new Watch(
        baseline, new Reference(look(0), UPTIME, UPTIME + (cut ? AWAY : 0), sessions, ""));
  }

  /** What the collector says at this second. The change comes right after second 0. */
  Observation look(double time) {
    boolean after = cut && time > 0;
    Map<PublicKey, Long> handshakes = new HashMap<>();
    Map<PublicKey, Transfer> transfer = new HashMap<>();
    for (int i = 0; i < clients.size(); i++) {
      ModelClient client = clients.get(i);
      double shaken = after ? client.handshakeAfterCut(time) : client.handshakeUncut(time);
      handshakes.put(keys.get(i), shaken < -1e6 ? 0 : (long) Math.floor(CLOCK + shaken));
      transfer.put(
          keys.get(i),
          new Transfer(after ? client.receivedAfterCut(time) : client.receivedUncut(time), 0));
    }
    return new Observation(
        CLOCK + time,
        UPTIME + time,
        BOOT,
        "",
        Map.of(NETWORK, new InterfaceSample(true, "key", 51820, handshakes, transfer, endpoints)),
        true,
        new Sources(
            counts(client -> client.initiations(time)),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            counts(client -> client.data(time))));
  }

  private Map<String, Long> counts(ToLongFunction<ModelClient> count) {
    Map<String, Long> counts = new HashMap<>();
    for (int i = 0; i < clients.size(); i++) {
      long packets = count.applyAsLong(clients.get(i));
      if (packets > 0) {
        counts.put(endpoints.getOrDefault(keys.get(i), ""), packets);
      }
    }
    return counts;
  }

  /**
   * How many of those who were active have no handshake that is younger.
   *
   * @param seconds as {@code wg show} has it; of before the change too
   */
  long olderThan(Baseline baseline, double seconds, double time) {
    return baseline.active().stream()
        .flatMap(peer -> Optional.ofNullable(byKey.get(peer.key())).stream())
        .filter(client ->
            time - Math.max(client.handshakeBefore(), client.handshakeAfterCut(time)) > seconds)
        .count();
  }

  /** How many of those who were active have had none since the change. */
  long withoutHandshake(Baseline baseline, double time) {
    return baseline.active().stream()
        .flatMap(peer -> Optional.ofNullable(byKey.get(peer.key())).stream())
        .filter(client -> client.handshakeAfterCut(time) < 0)
        .count();
  }
}
