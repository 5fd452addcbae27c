package dev.backstay.transaction;

import dev.backstay.probe.Outcome;
import dev.backstay.probe.Patience;
import dev.backstay.probe.ProbePeer;
import dev.backstay.wireguard.PublicKey;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Probes gateways with the peers that they have for nothing else. Safe for use by several threads.
 */
public interface Probes {
  /** Nobody has such a peer. */
  Probes NONE =
      new Probes() {
        @Override
        public List<ProbePeer> of(String gateway) {
          return List.of();
        }

        @Override
        public Outcome probe(ProbePeer peer, Aim aim, Patience patience) {
          return new Outcome.Unreachable("there is no probe peer");
        }
      };

  /**
   * Where a probe goes.
   *
   * @param host of the gateway
   * @param port of the interface
   * @param key that the interface is known by
   * @param mtu of the tunnel
   */
  record Aim(String host, int port, PublicKey key, int mtu) {}

  /** The probe peers of a gateway, by interface. */
  List<ProbePeer> of(String gateway);

  /** Those are no clients. */
  default Set<PublicKey> keys(String gateway) {
    return of(gateway).stream().map(ProbePeer::key).collect(Collectors.toSet());
  }

  /**
   * Takes as long as a round trip when all is well, and as the patience says when it is not.
   *
   * @throws dev.backstay.problem.ProblemException if its key cannot be had here
   */
  Outcome probe(ProbePeer peer, Aim aim, Patience patience) throws InterruptedException;
}
