package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.probe.ProbePeer;
import dev.backstay.probe.ProbePeers;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.SecretBytes;
import dev.backstay.wireguard.PrivateKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The probe peers that gateways were given by {@code backstay probe setup}, and their keys. */
final class OwnProbes {
  private final ProbePeers peers;
  private final List<Gateway> gateways;
  private final Optional<String> wireguard;
  private final Map<ProbePeer, PrivateKey> keys = new HashMap<>();

  /**
   * @param wireguard only peers of this interface
   */
  OwnProbes(WorkingDirectory here, List<Gateway> gateways, Optional<String> wireguard) {
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
            .map(gateway ->
                new Problem(
                    "no-probe-peer",
                    gateway.name(),
                    "this gateway has no probe peer"
                        + wireguard.map(" on interface "::concat).orElse("")
                        + ", so nobody here has a key to probe it with",
                    "backstay probe setup " + gateway.name()))
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
    List<Problem> closed = new ArrayList<>();
    for (Gateway gateway : gateways) {
      for (ProbePeer peer : peers(gateway)) {
        try {
          keys.put(peer, into.keep(open(peer, identity)));
        } catch (ProblemException cannot) {
          closed.addAll(cannot.problems());
        }
      }
    }
    if (!closed.isEmpty()) {
      throw new ProblemException(closed);
    }
  }

  private PrivateKey open(ProbePeer peer, Identity identity) {
    String where =
        "the key of the probe peer of %s on %s".formatted(peer.network(), peer.gateway());
    try (SecretBytes secret = identity.open(peers.sealed(peer), where)) {
      return secret
          .read(PrivateKey::parse)
          .filter(key -> key.publicKey().equals(peer.key()))
          .orElseThrow(() ->
              new ProblemException(
                  "probe-key-other",
                  where,
                  "this is not the key that the gateway knows",
                  "make another one: backstay probe remove %1$s, then backstay probe setup %1$s"
                      .formatted(peer.gateway())));
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
