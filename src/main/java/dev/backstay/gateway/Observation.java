package dev.backstay.gateway;

import dev.backstay.wireguard.PublicKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
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
 * @param beyond what not every line tells
 */
public record Observation(
    double clock,
    double uptime,
    String boot,
    String srcversion,
    Map<String, InterfaceSample> interfaces,
    boolean counted,
    Sources sources,
    Beyond beyond) {

  /** One of which nothing else is known. */
  public Observation(
      double clock,
      double uptime,
      String boot,
      String srcversion,
      Map<String, InterfaceSample> interfaces,
      boolean counted,
      Sources sources) {
    this(clock, uptime, boot, srcversion, interfaces, counted, sources, Beyond.NOTHING);
  }

  /**
   * @param flows whether the bytes of the peers and the data packets of the sources were both read
   *     just now, so that they can be held against each other
   * @param asked initiations of those who ask again and again
   * @param lacks what the collector cannot do on this gateway, one sentence each
   */
  public record Beyond(boolean flows, List<Asked> asked, List<String> lacks) {
    static final Beyond NOTHING = new Beyond(true, List.of(), List.of());

    public Beyond {
      asked = List.copyOf(asked);
      lacks = List.copyOf(lacks);
    }
  }

  /**
   * An initiation, as far as the packet filter keeps it: up to its first code (mac1). Everybody on
   * its path sees it, and who sent it is encrypted in it for the gateway alone.
   *
   * @param source {@code address:port} where it came from
   * @param head of the message, in hexadecimal digits
   */
  public record Asked(String source, String head) {
    /** Of 148 bytes all but the second code (wireguard.md §4.1). */
    private static final int HEAD_BYTES = 132;

    private static final int BYTES = 148;

    /**
     * @throws IllegalArgumentException if this is no head of an initiation
     */
    public Asked {
      if (head.length() != 2 * HEAD_BYTES || !head.startsWith("01000000")) {
        throw new IllegalArgumentException("not the head of an initiation");
      }
      HexFormat.of().parseHex(head);
    }

    /** The whole message; its second code, which depends on a cookie, is zero. */
    public byte[] message() {
      return Arrays.copyOf(HexFormat.of().parseHex(head), BYTES);
    }
  }

  /**
   * @param rxErrors of the interface: packets that were decrypted and refused, because their inner
   *     address is none that the peer may use; the kernel's module counts them
   * @param handshakes second of the wall clock of each peer's latest handshake; 0 for never
   * @param endpoints last known {@code address:port} of each peer that has one
   */
  public record InterfaceSample(
      boolean present,
      String publicKey,
      int port,
      Map<PublicKey, Long> handshakes,
      Map<PublicKey, Transfer> transfer,
      Map<PublicKey, String> endpoints,
      long rxErrors) {
    /** One without errors. */
    public InterfaceSample(
        boolean present,
        String publicKey,
        int port,
        Map<PublicKey, Long> handshakes,
        Map<PublicKey, Transfer> transfer,
        Map<PublicKey, String> endpoints) {
      this(present, publicKey, port, handshakes, transfer, endpoints, 0);
    }

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
    return new Observation(
        clock, uptime, boot, srcversion, rest, counted, sources.without(theirs), beyond);
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
    return new Observation(
        clock, uptime, boot, srcversion, interfaces, counted, Sources.none(), beyond);
  }

  public Observation {
    interfaces = Map.copyOf(interfaces);
  }
}
