package dev.backstay.playbook;

import dev.backstay.document.Fields;
import dev.backstay.document.Node;
import dev.backstay.document.Problems;
import dev.backstay.document.Reading;
import dev.backstay.document.Shape;
import dev.backstay.playbook.InterfaceWish.PeerWish;
import dev.backstay.wireguard.IpPrefix;
import dev.backstay.wireguard.PublicKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the section {@code config} of a change. Stateless. */
final class ConfigReader {
  static final Shape INTERFACE =
      new Shape(
          "an interface",
          List.of("listenPort", "fwMark", "mtu", "addresses", "peers"),
          Map.of(
              "privateKey",
              "a private key has no place in a playbook.",
              "PrivateKey",
              "a private key has no place in a playbook."));
  static final Shape PEER =
      new Shape(
          "a peer",
          List.of("allowedIPs", "persistentKeepalive", "endpoint"),
          Map.of(
              "presharedKey",
              "a preshared key has no place in a playbook.",
              "PresharedKey",
              "a preshared key has no place in a playbook."));

  /** As the kernel has it: at most 15 bytes; no more than what is safe on a command line. */
  static final Reading<String> NAME =
      Reading.text("the name of an interface", "[A-Za-z0-9_=+][A-Za-z0-9_=+.-]{0,14}");

  /** 576 is what every IPv4 host must take (RFC 791); 65535 the most that a packet says. */
  static final Reading<Integer> MTU = Reading.integer(576, 65535);

  private static final Reading<Long> MARK =
      Reading.scalar(
          "a mark such as 0x1 or 51820, or off",
          s -> {
            String text = s.text();
            if (text.equals("off")) {
              return Optional.of(0L);
            }
            if (text.matches("0x[0-9a-fA-F]{1,8}")) {
              return Optional.of(Long.parseLong(text.substring(2), 16));
            }
            return text.matches("[0-9]{1,10}")
                ? Optional.of(Long.parseLong(text)).filter(n -> n < 1L << 32)
                : Optional.empty();
          });

  private static final Reading<IpPrefix> ADDRESS =
      Reading.scalar("an address such as 10.0.0.1/24 or fd00::1/64", s -> IpPrefix.parse(s.text()));

  private static final Reading<IpPrefix> ALLOWED =
      Reading.scalar(
          "an address or a network such as 10.0.0.2/32 or fd00::/64",
          s -> IpPrefix.parse(s.text()).map(IpPrefix::network));

  /** In whole seconds up to 65535, as the kernel keeps it. */
  private static final Reading<Integer> KEEPALIVE =
      Reading.scalar(
          "a time such as 25s, or off",
          s ->
              s.text().equals("off")
                  ? Optional.of(0)
                  : Units.duration(s.text())
                      .map(Duration::toSeconds)
                      .filter(n -> n <= 65535)
                      .map(Long::intValue));

  private static final Reading<String> ENDPOINT =
      Reading.scalar(
          "an address with a port such as 198.51.100.7:51820 or [2001:db8::7]:51820",
          s -> endpoint(s.text()));

  private ConfigReader() {}

  static SortedMap<String, InterfaceWish> read(Node node, Problems problems) {
    SortedMap<String, InterfaceWish> wishes = new TreeMap<>();
    if (!(node instanceof Node.Mapping mapping) || mapping.entries().isEmpty()) {
      Reading.wrong(node, "a mapping of interfaces with what they are to be", problems);
      return wishes;
    }
    for (Node.Entry entry : mapping.entries()) {
      NAME.read(entry.key(), problems)
          .ifPresent(name -> wishes.put(name, wish(entry.value(), problems)));
    }
    return wishes;
  }

  private static InterfaceWish wish(Node node, Problems problems) {
    Fields fields = Fields.open(INTERFACE, node, problems);
    Optional<List<IpPrefix>> addresses = fields.optional("addresses", Reading.oneOrMore(ADDRESS));
    if (addresses.filter(List::isEmpty).isPresent()) {
      problems.add(
          Reading.CODE,
          fields.node("addresses").orElse(node).position(),
          "an interface without any address loses all its routes.",
          "name at least one, or leave the key out.");
    }
    return new InterfaceWish(
        fields.position().toString(),
        fields.optional("listenPort", Reading.integer(1, 65535)),
        fields.optional("fwMark", MARK),
        fields.optional("mtu", MTU),
        addresses.orElse(List.of()),
        fields.node("peers").map(peers -> peers(peers, problems)).orElse(Map.of()));
  }

  private static Map<PublicKey, PeerWish> peers(Node node, Problems problems) {
    Map<PublicKey, PeerWish> peers = new LinkedHashMap<>();
    if (!(node instanceof Node.Mapping mapping)) {
      Reading.wrong(
          node, "a mapping of public keys with absent or what the peer is to be", problems);
      return peers;
    }
    Map<IpPrefix, PublicKey> owners = new LinkedHashMap<>();
    Reading<PublicKey> key = Reading.scalar("the public key of a peer", s -> publicKey(s.text()));
    for (Node.Entry entry : mapping.entries()) {
      key.read(entry.key(), problems)
          .ifPresent(peer -> {
            PeerWish wish = peer(entry.value(), problems);
            peers.put(peer, wish);
            if (wish instanceof PeerWish.Present present) {
              present
                  .allowedIps()
                  .orElse(List.of())
                  .forEach(ip -> claim(ip, peer, owners, entry, problems));
            }
          });
    }
    return peers;
  }

  private static void claim(
      IpPrefix ip,
      PublicKey peer,
      Map<IpPrefix, PublicKey> owners,
      Node.Entry entry,
      Problems problems) {
    PublicKey first = owners.putIfAbsent(ip, peer);
    if (first != null && !first.equals(peer)) {
      problems.add(
          Reading.CODE,
          entry.value().position(),
          "%s is given to peer %s here and to peer %s above.".formatted(ip, peer, first),
          "an address belongs to one peer.");
    }
  }

  private static PeerWish peer(Node node, Problems problems) {
    if (node instanceof Node.Scalar scalar) {
      if (scalar.text().equals("absent")) {
        return new PeerWish.Absent();
      }
      Reading.wrong(
          node, "absent, or a mapping with the keys " + String.join(", ", PEER.keys()), problems);
      return new PeerWish.Absent();
    }
    Fields fields = Fields.open(PEER, node, problems);
    return new PeerWish.Present(
        fields.optional("allowedIPs", Reading.oneOrMore(ALLOWED)),
        fields.optional("persistentKeepalive", KEEPALIVE),
        fields.optional("endpoint", ENDPOINT));
  }

  private static Optional<PublicKey> publicKey(String text) {
    try {
      return Optional.of(new PublicKey(text));
    } catch (IllegalArgumentException other) {
      return Optional.empty();
    }
  }

  private static Optional<String> endpoint(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0 || !text.substring(colon + 1).matches("[1-9][0-9]{0,4}")) {
      return Optional.empty();
    }
    String host = text.substring(0, colon);
    boolean six = host.startsWith("[") && host.endsWith("]");
    return Integer.parseInt(text.substring(colon + 1)) > 65535
        ? Optional.empty()
        : IpPrefix.parse(six ? host.substring(1, host.length() - 1) : host)
            .filter(ip -> six == ip.address().contains(":"))
            .filter(_ -> !host.contains("/"))
            .map(ip -> (six ? "[" + ip.address() + "]" : ip.address()) + text.substring(colon));
  }
}
