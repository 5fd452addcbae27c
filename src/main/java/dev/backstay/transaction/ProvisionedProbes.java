package dev.backstay.transaction;

import dev.backstay.probe.Outcome;
import dev.backstay.probe.Patience;
import dev.backstay.probe.ProbePeer;
import dev.backstay.probe.ProbePeers;
import dev.backstay.probe.Prober;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.SecretBytes;
import dev.backstay.wireguard.Peering;
import dev.backstay.wireguard.PresharedKey;
import dev.backstay.wireguard.PrivateKey;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Probes with the peers of a working directory. A key is decrypted for each probe, and overwritten
 * after it.
 */
public final class ProvisionedProbes implements Probes {
  private final ProbePeers peers;
  private final Optional<Identity> identity;
  private final Prober prober;

  public ProvisionedProbes(ProbePeers peers, Optional<Identity> identity, Prober prober) {
    this.peers = peers;
    this.identity = identity;
    this.prober = prober;
  }

  @Override
  public List<ProbePeer> of(String gateway) {
    return peers.of(gateway);
  }

  @Override
  public Outcome probe(ProbePeer peer, Aim aim, Patience patience) throws InterruptedException {
    InetSocketAddress address = new InetSocketAddress(aim.host(), aim.port());
    if (address.isUnresolved()) {
      return new Outcome.Unreachable("no address is known for " + aim.host());
    }
    try (PrivateKey key = key(peer);
        PresharedKey none = PresharedKey.none();
        Peering peering = Peering.of(key, aim.key(), none)) {
      return prober.probe(address, peering, peer.ping(aim.mtu()), patience);
    }
  }

  /**
   * Whether each of these gateways can be probed from here.
   *
   * @throws ProblemException with all that is missing: {@code no-probe-peer}, and as {@link #key}
   */
  public void require(List<String> gateways) {
    List<Problem> missing = new ArrayList<>();
    for (String gateway : gateways) {
      List<ProbePeer> own = of(gateway);
      if (own.isEmpty()) {
        missing.add(noPeer(gateway, Optional.empty()));
      }
      for (ProbePeer peer : own) {
        try {
          key(peer).close();
        } catch (ProblemException cannot) {
          missing.addAll(cannot.problems());
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new ProblemException(missing);
    }
  }

  /**
   * @param network only a peer on this interface would do
   */
  public static Problem noPeer(String gateway, Optional<String> network) {
    return new Problem(
        "no-probe-peer",
        gateway,
        "this gateway has no probe peer%s, so nobody here has a key to probe it with"
            .formatted(network.map(" on interface "::concat).orElse("")),
        "backstay probe setup " + gateway);
  }

  /**
   * The private key of a probe peer.
   *
   * @return the caller closes it
   * @throws ProblemException {@code probe-key-closed}, {@code probe-key-gone}, {@code
   *     probe-key-other}, {@code not-for-this-identity}
   */
  public PrivateKey key(ProbePeer peer) {
    String where =
        "the key of the probe peer of %s on %s".formatted(peer.network(), peer.gateway());
    Identity opening =
        identity.orElseThrow(() ->
            new ProblemException(
                "probe-key-closed",
                where,
                "it is encrypted, and nothing here can open it",
                "name an identity of the vault: --identity"));
    try (SecretBytes secret = opening.open(peers.sealed(peer), where)) {
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
}
