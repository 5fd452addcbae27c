package dev.backstay.health;

import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.Asked;
import dev.backstay.gateway.Observation.InterfaceSample;
import dev.backstay.wireguard.MessageMacs;
import dev.backstay.wireguard.PublicKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells which server key a client believes in, from its initiation and the public keys that a
 * gateway has and had (wireguard.md §1.9). Needs no secret. For one thread.
 */
final class ServerKeys {
  /** Whoever floods a gateway makes us forget, not grow. */
  private static final int MOST_SOURCES = 4096;

  private final Map<PublicKey, MessageMacs> keys = new LinkedHashMap<>();
  private final Set<PublicKey> now = new HashSet<>();
  private final Map<String, Optional<PublicKey>> asks =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Optional<PublicKey>> eldest) {
          return size() > MOST_SOURCES;
        }
      };

  /** What is known of whom a source asks. */
  enum Asks {
    /** A key that an interface of this gateway has. */
    THIS,
    /** One that it had before. */
    EARLIER,
    /** Neither: another server, or nothing that is WireGuard. */
    NEITHER,
    /** Its initiations were not looked into. */
    UNKNOWN
  }

  /**
   * @param earlier keys that the gateway had, as far as anybody knows
   */
  ServerKeys(Collection<PublicKey> earlier) {
    earlier.forEach(this::know);
  }

  /** Takes what an observation has of either. */
  void accept(Observation seen) {
    Set<PublicKey> present = new HashSet<>();
    for (InterfaceSample sample : seen.interfaces().values()) {
      if (sample.present() && PublicKey.isOne(sample.publicKey())) {
        present.add(new PublicKey(sample.publicKey()));
      }
    }
    present.forEach(this::know);
    if (!present.isEmpty()) {
      now.clear();
      now.addAll(present);
    }
    for (Asked one : seen.beyond().asked()) {
      byte[] message = one.message();
      Optional<PublicKey> key =
          keys.entrySet().stream()
              .filter(entry -> entry.getValue().isMadeFor(message))
              .map(Map.Entry::getKey)
              .findFirst();
      asks.remove(one.source());
      asks.put(one.source(), key);
    }
  }

  Asks of(String source) {
    return Optional.ofNullable(asks.get(source))
        .map(key ->
            key.map(one -> now.contains(one) ? Asks.THIS : Asks.EARLIER).orElse(Asks.NEITHER))
        .orElse(Asks.UNKNOWN);
  }

  /** Why a client that asks from there gets no answer. */
  Cause whyRejected(String source) {
    return switch (of(source)) {
      case EARLIER -> Cause.EARLIER_KEY;
      case NEITHER -> Cause.OTHER_KEY;
      case THIS, UNKNOWN -> Cause.REJECTED;
    };
  }

  private void know(PublicKey key) {
    keys.computeIfAbsent(key, MessageMacs::towards);
  }
}
