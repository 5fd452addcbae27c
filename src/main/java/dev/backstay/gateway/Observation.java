package dev.backstay.gateway;

import dev.backstay.wireguard.PublicKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the collector on a gateway saw in one second. Holds public keys only.
 *
 * @param clock wall clock of the gateway, seconds since 1970
 * @param uptime seconds since boot, monotonic; tells which came first
 * @param boot the kernel's boot id
 * @param srcversion of the loaded WireGuard module; empty when none is loaded
 * @param interfaces by name; one that is away for the moment is listed as not present
 * @param counted whether the packet filter could be read; if not, the sources are empty and say
 *     nothing
 * @param sources datagrams by kind and by {@code address:port} of the far side, counted since the
 *     collector started
 */
public record Observation(
    double clock,
    double uptime,
    String boot,
    String srcversion,
    Map<String, InterfaceSample> interfaces,
    boolean counted,
    Sources sources) {

  /**
   * @param handshakes second of the wall clock of each peer's latest handshake; 0 for never
   * @param endpoints last known {@code address:port} of each peer that has one
   */
  public record InterfaceSample(
      boolean present,
      String publicKey,
      int port,
      Map<PublicKey, Long> handshakes,
      Map<PublicKey, Transfer> transfer,
      Map<PublicKey, String> endpoints) {
    public InterfaceSample {
      handshakes = Map.copyOf(handshakes);
      transfer = Map.copyOf(transfer);
      endpoints = Map.copyOf(endpoints);
    }

    private InterfaceSample without(Set<PublicKey> keys) {
      return new InterfaceSample(
          present,
          publicKey,
          port,
          Observation.without(handshakes, keys::contains),
          Observation.without(transfer, keys::contains),
          Observation.without(endpoints, keys::contains));
    }
  }

  /** Bytes of a peer since the interface or the peer was made, handshake messages included. */
  public record Transfer(long received, long sent) {}

  /**
   * Datagram counts of the packet filter, by {@code address:port} of the far side.
   *
   * @param cookiesSent instead of responses, by a gateway under load
   */
  public record Sources(
      Map<String, Long> initiationsReceived,
      Map<String, Long> responsesSent,
      Map<String, Long> cookiesSent,
      Map<String, Long> initiationsSent,
      Map<String, Long> responsesReceived,
      Map<String, Long> dataReceived) {
    public Sources {
      initiationsReceived = Map.copyOf(initiationsReceived);
      responsesSent = Map.copyOf(responsesSent);
      cookiesSent = Map.copyOf(cookiesSent);
      initiationsSent = Map.copyOf(initiationsSent);
      responsesReceived = Map.copyOf(responsesReceived);
      dataReceived = Map.copyOf(dataReceived);
    }

    private Sources without(Set<String> hosts) {
      Predicate<String> gone = source -> hosts.contains(host(source));
      return new Sources(
          Observation.without(initiationsReceived, gone),
          Observation.without(responsesSent, gone),
          Observation.without(cookiesSent, gone),
          Observation.without(initiationsSent, gone),
          Observation.without(responsesReceived, gone),
          Observation.without(dataReceived, gone));
    }

    /** Nothing was counted yet. */
    public static Sources none() {
      return new Sources(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());
    }

    /** Everything that reached the gateway from this source, of whatever kind. */
    public long received(String source) {
      return initiationsReceived.getOrDefault(source, 0L)
          + responsesReceived.getOrDefault(source, 0L)
          + dataReceived.getOrDefault(source, 0L);
    }
  }

  /**
   * The same without some peers, and without what was counted of the hosts where those are, unless
   * another peer is there too.
   */
  public Observation without(Set<PublicKey> keys) {
    if (keys.isEmpty()) {
      return this;
    }
    Set<String> theirs = new HashSet<>();
    Set<String> others = new HashSet<>();
    Map<String, InterfaceSample> rest = new HashMap<>();
    interfaces.forEach((name, sample) -> {
      sample.endpoints().forEach((key, at) -> (keys.contains(key) ? theirs : others).add(host(at)));
      rest.put(name, sample.without(keys));
    });
    theirs.removeAll(others);
    return new Observation(clock, uptime, boot, srcversion, rest, counted, sources.without(theirs));
  }

  private static String host(String endpoint) {
    return endpoint.substring(0, Math.max(endpoint.lastIndexOf(':'), 0));
  }

  private static <K, V> Map<K, V> without(Map<K, V> all, Predicate<K> gone) {
    Map<K, V> rest = new HashMap<>(all);
    rest.keySet().removeIf(gone);
    return rest;
  }

  /** The same without what the packet filter counted: a restart forgets that. */
  public Observation withoutCounts() {
    return new Observation(clock, uptime, boot, srcversion, interfaces, counted, Sources.none());
  }

  public Observation {
    interfaces = Map.copyOf(interfaces);
  }
}
