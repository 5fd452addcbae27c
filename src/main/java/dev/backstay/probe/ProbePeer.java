package dev.backstay.probe;

import dev.backstay.wireguard.PublicKey;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A peer of a gateway that nobody uses but probes: what everybody may know of it. It is no client.
 *
 * @param gateway its name in the inventory
 * @param network the interface that it is a peer of
 * @param key by which the gateway knows it
 * @param inner its address in the tunnel
 * @param pinged an address of the gateway in the tunnel, of the same family; empty if no ping is
 *     answered there
 */
public record ProbePeer(
    String gateway, String network, PublicKey key, String inner, Optional<String> pinged) {
  private static final String FORMAT = "probe-peer\t1";

  /** A ping through the tunnel, if there is somebody to ping. */
  public Optional<Ping> ping(int mtu) {
    return pinged.map(to -> new Ping(InetAddress.ofLiteral(inner), InetAddress.ofLiteral(to), mtu));
  }

  String text() {
    return "%s\ngateway\t%s\ninterface\t%s\nkey\t%s\naddress\t%s\n%s"
        .formatted(
            FORMAT,
            gateway,
            network,
            key.base64(),
            inner,
            pinged.map("ping\t%s\n"::formatted).orElse(""));
  }

  /** Empty for a text that is something else. */
  static Optional<ProbePeer> read(String text) {
    if (!text.startsWith(FORMAT + "\n")) {
      return Optional.empty();
    }
    Map<String, String> words = new HashMap<>();
    text.lines()
        .skip(1)
        .map(line -> line.split("\t", 2))
        .forEach(w -> words.put(w[0], w[w.length - 1]));
    try {
      return words.keySet().containsAll(Set.of("gateway", "interface", "key", "address"))
          ? Optional.of(
              new ProbePeer(
                  words.getOrDefault("gateway", ""),
                  words.getOrDefault("interface", ""),
                  new PublicKey(words.getOrDefault("key", "")),
                  words.getOrDefault("address", ""),
                  Optional.ofNullable(words.get("ping"))))
          : Optional.empty();
    } catch (IllegalArgumentException noKey) {
      return Optional.empty();
    }
  }
}
