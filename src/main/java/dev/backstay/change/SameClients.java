package dev.backstay.change;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Facts.InterfaceConfig;
import dev.backstay.gateway.Facts.InterfaceFacts;
import dev.backstay.gateway.Facts.PeerConfig;
import dev.backstay.problem.Problem;
import dev.backstay.wireguard.PublicKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether a gateway could serve the clients of another one: they know it by the same key, and it
 * knows each of them, with the same addresses. Pure.
 *
 * @param old whose clients they are
 * @param heir who is to have them
 * @param probes peers of the old one that only probe it: they stay where they are
 */
public record SameClients(String old, String heir, Set<PublicKey> probes) {
  /** So many names fit a message. */
  private static final int MOST_NAMES = 5;

  public SameClients {
    probes = Set.copyOf(probes);
  }

  /** Of gateways that nobody probes. */
  public SameClients(String old, String heir) {
    this(old, heir, Set.of());
  }

  /** Empty when it could. */
  public List<Problem> problems(Facts ofOld, Facts ofHeir) {
    Findings found = new Findings(heir);
    oldIsThere(ofOld).ifPresent(why -> found.add("old-not-ready", why, "look at " + old));
    for (InterfaceFacts mine : ofOld.interfaces()) {
      Optional<InterfaceFacts> other =
          ofHeir.interfaces().stream().filter(one -> one.name().equals(mine.name())).findFirst();
      if (other.isEmpty()) {
        found.add(
            "no-such-interface",
            "%s has the interface %s, and this gateway has not".formatted(old, mine.name()),
            "bring it up here with the same key and peers, or leave it out there");
      } else if (!other.get().publicKey().equals(mine.publicKey())) {
        found.add(
            "other-server-key",
            "%s has another key here (%s) than on %s (%s), so no client of it would speak to this one"
                .formatted(mine.name(), other.get().publicKey(), old, mine.publicKey()),
            "give both the same private key, or rotate the clients' view of it first");
      } else {
        peers(mine.name(), config(ofOld, mine.name()), config(ofHeir, mine.name()), found);
        preshared(mine.name(), ofOld, ofHeir, found);
      }
    }
    return found.problems();
  }

  /** Why the old one could not take its clients back now; nothing if it could. */
  public Optional<String> oldIsThere(Facts ofOld) {
    if (ofOld.interfaces().isEmpty()) {
      return Optional.of("%s has no WireGuard interface up".formatted(old));
    }
    return ofOld
        .openLease()
        .map(lease ->
            "rollout %s is at work on %s (%s)".formatted(lease.rollout(), old, lease.state()));
  }

  /**
   * Whether the old one is still what the new one was compared with.
   *
   * @param ofOld now
   * @param wanted by name of the interface, its public key and the peers that it needs
   * @return why it could not take its clients back; nothing if it could
   */
  public Optional<String> notReady(Facts ofOld, Map<String, Needed> wanted) {
    Optional<String> why = oldIsThere(ofOld);
    for (Map.Entry<String, Needed> one : new TreeMap<>(wanted).entrySet()) {
      why = why.or(() -> notReady(ofOld, one.getKey(), one.getValue()));
    }
    return why;
  }

  /** What an interface must have so that clients can come back to it. */
  public record Needed(String publicKey, Set<PublicKey> peers) {
    public Needed {
      peers = Set.copyOf(peers);
    }
  }

  private Optional<String> notReady(Facts ofOld, String name, Needed needed) {
    Optional<InterfaceFacts> mine =
        ofOld.interfaces().stream().filter(one -> one.name().equals(name)).findFirst();
    if (mine.isEmpty()) {
      return Optional.of("%s of %s is not up".formatted(name, old));
    }
    if (!mine.get().publicKey().equals(needed.publicKey())) {
      return Optional.of("%s of %s has another key now".formatted(name, old));
    }
    Set<PublicKey> gone = new HashSet<>(needed.peers());
    gone.removeAll(config(ofOld, name).keySet());
    return gone.isEmpty()
        ? Optional.empty()
        : Optional.of("%s of %s does not know %s any more".formatted(name, old, names(gone)));
  }

  private static Map<PublicKey, PeerConfig> config(Facts facts, String name) {
    return Optional.ofNullable(facts.configs().get(name))
        .map(InterfaceConfig::peers)
        .orElse(Map.of());
  }

  private void peers(
      String name,
      Map<PublicKey, PeerConfig> there,
      Map<PublicKey, PeerConfig> here,
      Findings found) {
    Set<PublicKey> missing = new HashSet<>(there.keySet());
    missing.removeAll(here.keySet());
    missing.removeAll(probes);
    if (!missing.isEmpty()) {
      found.add(
          "peers-missing",
          "%s does not know %s, whom %s knows".formatted(name, names(missing), old),
          "add them here with the same addresses and preshared keys, then plan again");
    }
    Set<PublicKey> moved = new HashSet<>();
    there.forEach((peer, config) -> {
      PeerConfig mine = here.get(peer);
      if (mine != null
          && !probes.contains(peer)
          && !Set.copyOf(mine.allowedIps()).equals(Set.copyOf(config.allowedIps()))) {
        moved.add(peer);
      }
    });
    if (!moved.isEmpty()) {
      found.add(
          "other-allowed-ips",
          "%s knows %s by other allowed-ips than %s does".formatted(name, names(moved), old),
          "give them the same ones on both");
    }
  }

  /** Whether two keys are the same nobody is told; who has one on one side only cannot come. */
  private void preshared(String name, Facts ofOld, Facts ofHeir, Findings found) {
    Set<PublicKey> there = preshared(ofOld, name);
    Set<PublicKey> here = preshared(ofHeir, name);
    Set<PublicKey> without = new HashSet<>(there);
    without.removeAll(here);
    without.retainAll(config(ofHeir, name).keySet());
    Set<PublicKey> alone = new HashSet<>(here);
    alone.removeAll(there);
    alone.retainAll(config(ofOld, name).keySet());
    without.addAll(alone);
    without.removeAll(probes);
    if (!without.isEmpty()) {
      found.add(
          "other-preshared-keys",
          "%s has a preshared key with %s on one of the two gateways only"
              .formatted(name, names(without)),
          "give them the same one on both");
    }
  }

  private static Set<PublicKey> preshared(Facts facts, String name) {
    return Optional.ofNullable(facts.configs().get(name))
        .map(InterfaceConfig::preshared)
        .orElse(Set.of());
  }

  private static String names(Set<PublicKey> peers) {
    List<String> names = new ArrayList<>(peers.stream().sorted().map(PublicKey::base64).toList());
    int more = names.size() - MOST_NAMES;
    return (names.size() == 1 ? "the peer " : "the peers ")
        + String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())))
        + (more > 0 ? " and %d more".formatted(more) : "");
  }
}
