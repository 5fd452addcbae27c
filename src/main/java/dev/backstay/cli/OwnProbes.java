package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.probe.ProbePeer;
import dev.backstay.probe.ProbePeers;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Identity;
import dev.backstay.transaction.ProvisionedProbes;
import dev.backstay.wireguard.PrivateKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The probe peers that gateways were given by {@code backstay probe setup}, and their keys. */
final class OwnProbes {
  private final WorkingDirectory here;
  private final ProbePeers peers;
  private final List<Gateway> gateways;
  private final Optional<String> wireguard;
  private final Map<ProbePeer, PrivateKey> keys = new HashMap<>();

  /**
   * @param wireguard only peers of this interface
   */
  OwnProbes(WorkingDirectory here, List<Gateway> gateways, Optional<String> wireguard) {
    this.here = here;
    this.peers = here.probePeers();
    this.gateways = List.copyOf(gateways);
    this.wireguard = wireguard;
  }

  /**
   * @param name for people
   * @param key closed by whoever opened it
   */
  record Own(ProbePeer peer, String name, PrivateKey key) {}

  /**
   * @throws ProblemException {@code no-probe-peer} for each gateway that has none
   */
  void require() {
    List<Problem> missing =
        gateways.stream()
            .filter(gateway -> peers(gateway).isEmpty())
            .map(gateway -> ProvisionedProbes.noPeer(gateway.name(), wireguard))
            .toList();
    if (!missing.isEmpty()) {
      throw new ProblemException(missing);
    }
  }

  /**
   * Decrypts the keys.
   *
   * @param into closes them
   * @throws ProblemException {@code not-for-this-identity} for each that cannot be opened
   */
  void open(Identity identity, ProbeKeys into) {
    ProvisionedProbes probes = Wiring.probes(here, Optional.of(identity));
    List<Problem> closed = new ArrayList<>();
    for (Gateway gateway : gateways) {
      for (ProbePeer peer : peers(gateway)) {
        try {
          keys.put(peer, into.keep(probes.key(peer)));
        } catch (ProblemException cannot) {
          closed.addAll(cannot.problems());
        }
      }
    }
    if (!closed.isEmpty()) {
      throw new ProblemException(closed);
    }
  }

  List<Own> of(Gateway gateway) {
    List<ProbePeer> own = peers(gateway);
    return own.stream()
        .flatMap(peer ->
            Optional.ofNullable(keys.get(peer)).stream()
                .map(key ->
                    new Own(
                        peer,
                        own.size() == 1 ? gateway.name() : gateway.name() + " " + peer.network(),
                        key)))
        .toList();
  }

  private List<ProbePeer> peers(Gateway gateway) {
    return peers.of(gateway.name()).stream()
        .filter(peer -> wireguard.map(peer.network()::equals).orElse(true))
        .toList();
  }
}
