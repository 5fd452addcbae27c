package dev.backstay.cli;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.inventory.Gateway;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import dev.backstay.wireguard.IpPrefix;
import dev.backstay.wireguard.PublicKey;
import dev.backstay.wireguard.Timing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whom to probe.
 *
 * @param name as a person calls it
 * @param key what its interface is known by
 * @param mtu of its interface, or the usual one where nobody has asked
 */
record ProbeTarget(String name, InetSocketAddress address, PublicKey key, int mtu) {
  /** A host with a port; brackets around an address of IPv6. */
  private static final Pattern ENDPOINT =
      Pattern.compile("(?!(?:tag|group|site):)(?:\\[([^\\]]+)\\]|([^:\\[\\]]+)):(\\d{1,5})");

  private static final int LAST_PORT = 65_535;

  /** Whether this names a host and a port, and no gateway of the inventory. */
  static boolean isEndpoint(String word) {
    return ENDPOINT.matcher(word).matches();
  }

  /**
   * @param word for which {@link #isEndpoint} holds
   * @throws ProblemException {@code usage}, {@code probe-host-unknown}
   */
  static ProbeTarget at(String word, Optional<PublicKey> key) {
    Matcher parts = ENDPOINT.matcher(word);
    if (!parts.matches() || Integer.parseInt(parts.group(3)) > LAST_PORT) {
      throw new ProblemException(
          "usage", word, "a port is a number up to 65535", "backstay probe --help");
    }
    PublicKey server =
        key.orElseThrow(() ->
            new ProblemException(
                "usage",
                word,
                "nobody has said which key this server has, and none can be asked without it",
                "on the server: wg show INTERFACE public-key; then --server-key KEY"));
    String host = Optional.ofNullable(parts.group(1)).orElseGet(() -> parts.group(2));
    return new ProbeTarget(
        word, resolved(word, host, Integer.parseInt(parts.group(3))), server, Timing.USUAL_MTU);
  }

  /**
   * A gateway of the inventory, which is asked for port, key and MTU over SSH.
   *
   * @param wanted the name of the interface; need not be said where there is one
   * @param key instead of the one that the gateway tells
   * @throws ProblemException {@code probe-which-interface}, {@code probe-host-unknown}
   */
  static ProbeTarget of(
      Gateway gateway, Optional<String> wanted, Optional<PublicKey> key, Connector connector) {
    Facts facts = new GatewayPrograms(connector.shared(gateway.target())).facts(Set.of());
    Facts.InterfaceFacts found = chosen(gateway, facts.interfaces(), wanted);
    InetSocketAddress address = resolved(gateway.name(), gateway.target().host(), found.port());
    return new ProbeTarget(
        gateway.name(),
        address,
        key.orElseGet(() -> new PublicKey(found.publicKey())),
        found.mtu() > 0 ? found.mtu() : Timing.USUAL_MTU);
  }

  private static Facts.InterfaceFacts chosen(
      Gateway gateway, List<Facts.InterfaceFacts> all, Optional<String> wanted) {
    List<Facts.InterfaceFacts> fit =
        all.stream().filter(one -> wanted.map(one.name()::equals).orElse(true)).toList();
    if (fit.size() != 1) {
      String names = all.stream().map(Facts.InterfaceFacts::name).collect(Collectors.joining(", "));
      throw new ProblemException(
          "probe-which-interface",
          gateway.name(),
          all.isEmpty()
              ? "there is no WireGuard interface"
              : "there are these WireGuard interfaces: " + names,
          all.isEmpty() ? "is it up? wg-quick up wg0" : "name one: --interface NAME");
    }
    return fit.getFirst();
  }

  private static InetSocketAddress resolved(String where, String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new ProblemException(
          "probe-host-unknown",
          where,
          "no address is known for " + host,
          "look at the spelling and at the name servers of this machine");
    }
    return address;
  }

  /** The same by another name. */
  ProbeTarget called(String other) {
    return new ProbeTarget(other, address, key, mtu);
  }

  /** The same as its own host reaches it. */
  ProbeTarget inside() {
    return new ProbeTarget(
        name + " inside",
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), address.getPort()),
        key,
        mtu);
  }

  /** Where datagrams go. */
  String endpoint() {
    String host = shown(address.getAddress());
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /** As {@code wg} and {@code ip} spell it. */
  static String shown(InetAddress address) {
    String literal = address.getHostAddress();
    return IpPrefix.parse(literal).map(IpPrefix::address).orElse(literal);
  }
}
