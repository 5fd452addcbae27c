package dev.backstay.playbook;

import dev.backstay.wireguard.IpPrefix;
import dev.backstay.wireguard.PublicKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a running WireGuard interface is to be. What is not named stays as it is.
 *
 * @param at where it stands, as {@code file:line:column}, for messages
 * @param listenPort 1 to 65535
 * @param fwMark 0 for none
 * @param mtu in bytes, 576 to 65535
 * @param addresses all that it is to have; empty for as it is
 */
public record InterfaceWish(
    String at,
    Optional<Integer> listenPort,
    Optional<Long> fwMark,
    Optional<Integer> mtu,
    List<IpPrefix> addresses,
    Map<PublicKey, PeerWish> peers) {

  /** What is wished of one peer. Its keys are none of a playbook's business. */
  public sealed interface PeerWish {
    /** It is not to be there. */
    record Absent() implements PeerWish {}

    /**
     * It is to be there.
     *
     * @param allowedIps all of them
     * @param keepalive in seconds, 0 for none
     * @param endpoint {@code address:port}, an IPv6 address in brackets
     */
    record Present(
        Optional<List<IpPrefix>> allowedIps, Optional<Integer> keepalive, Optional<String> endpoint)
        implements PeerWish {
      public Present {
        allowedIps = allowedIps.map(List::copyOf);
      }
    }
  }

  public InterfaceWish {
    addresses = List.copyOf(addresses);
    peers = Collections.unmodifiableMap(new LinkedHashMap<>(peers));
  }

  /** The same interface with an MTU as well. */
  InterfaceWish withMtu(int bytes) {
    return new InterfaceWish(at, listenPort, fwMark, Optional.of(bytes), addresses, peers);
  }

  /** Nothing but an MTU. */
  static InterfaceWish ofMtu(String at, int bytes) {
    return new InterfaceWish(
        at, Optional.empty(), Optional.empty(), Optional.of(bytes), List.of(), Map.of());
  }
}
