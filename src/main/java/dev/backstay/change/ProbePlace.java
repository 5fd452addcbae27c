package dev.backstay.change;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Facts.InterfaceConfig;
import dev.backstay.gateway.Facts.PeerConfig;
import dev.backstay.problem.ProblemException;
import dev.backstay.wireguard.IpPrefix;
import dev.backstay.wireguard.PublicKey;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a probe has its place in the network of an interface. Pure.
 *
 * @param inner an address that no peer and no interface of the gateway has
 * @param gateway the gateway's own address on that interface, of the same family; empty for none
 */
public record ProbePlace(String inner, Optional<String> gateway) {
  /** Of a large network only the top is looked at: a fleet fills it from the bottom. */
  private static final int LOOKED_AT = 1 << 16;

  private static final int BITS_4 = 32;

  /**
   * The highest address that is free, of IPv4 before IPv6. The same facts give the same address.
   *
   * @param name of the gateway
   * @param network the interface
   * @param own whose addresses are free for it
   * @param wanted instead of the highest one
   * @throws ProblemException {@code probe-no-address}, {@code address-taken}
   */
  public static ProbePlace of(
      String name, Facts facts, String network, Optional<PublicKey> own, Optional<String> wanted) {
    List<IpPrefix> addresses = addresses(facts, network);
    List<Taken> taken = taken(facts, network, own);
    String inner =
        wanted
            .map(address -> requireFree(name, network, address, taken))
            .or(() -> addresses.stream().flatMap(one -> free(one, taken).stream()).findFirst())
            .orElseThrow(() ->
                new ProblemException(
                    "probe-no-address",
                    name,
                    addresses.isEmpty()
                        ? "interface %s has no address, so a probe has no network to be in"
                            .formatted(network)
                        : "no address in the networks of %s (%s) is free for a probe"
                            .formatted(network, words(addresses)),
                    "name one that no client uses: --address ADDRESS"));
    boolean six = inner.contains(":");
    return new ProbePlace(
        inner,
        addresses.stream()
            .map(IpPrefix::address)
            .filter(one -> one.contains(":") == six)
            .findFirst());
  }

  /**
   * What is not free.
   *
   * @param whose for messages
   */
  private record Taken(IpPrefix range, String whose) {}

  private static List<IpPrefix> addresses(Facts facts, String network) {
    List<IpPrefix> all =
        Optional.ofNullable(facts.configs().get(network))
            .map(InterfaceConfig::addresses)
            .orElse(List.of())
            .stream()
            .flatMap(text -> IpPrefix.parse(text).stream())
            .toList();
    List<IpPrefix> sorted = new ArrayList<>(all);
    sorted.sort((one, other) -> Boolean.compare(isSix(one), isSix(other)));
    return sorted;
  }

  /** A route for everything is no claim to each address: the longest prefix wins. */
  private static List<Taken> taken(Facts facts, String network, Optional<PublicKey> own) {
    List<Taken> taken = new ArrayList<>();
    facts
        .configs()
        .forEach((name, config) ->
            config.addresses().stream()
                .flatMap(text -> IpPrefix.parse(text).stream())
                .forEach(one ->
                    taken.add(
                        new Taken(
                            new IpPrefix(one.address(), isSix(one) ? 128 : BITS_4),
                            "the gateway itself, on " + name))));
    Map<PublicKey, PeerConfig> peers =
        Optional.ofNullable(facts.configs().get(network))
            .map(InterfaceConfig::peers)
            .orElse(Map.of());
    peers.forEach((key, peer) ->
        peer.allowedIps().stream()
            .filter(_ -> !own.equals(Optional.of(key)))
            .flatMap(text -> IpPrefix.parse(text).stream())
            .filter(range -> !range.isDefaultRoute())
            .forEach(range -> taken.add(new Taken(range, "peer " + key))));
    return taken;
  }

  private static Optional<String> free(IpPrefix address, List<Taken> taken) {
    int bits = isSix(address) ? 128 : BITS_4;
    IpPrefix network = address.network();
    BigInteger size = BigInteger.ONE.shiftLeft(bits - network.length());
    if (network.length() > bits - 2) {
      return Optional.empty();
    }
    // The last one is IPv4's broadcast.
    BigInteger highest = number(network.address()).add(size).subtract(BigInteger.TWO);
    int count = size.min(BigInteger.valueOf(LOOKED_AT)).intValue() - 2;
    for (int i = 0; i < count; i++) {
      String one = text(highest.subtract(BigInteger.valueOf(i)), bits);
      if (holder(one, taken).isEmpty()) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  private static String requireFree(String name, String network, String wanted, List<Taken> taken) {
    String address =
        IpPrefix.parse(wanted)
            .filter(_ -> !wanted.contains("/"))
            .map(IpPrefix::address)
            .orElseThrow(() ->
                new ProblemException(
                    "usage",
                    "--address",
                    "\"%s\" is no address".formatted(wanted),
                    "such as 10.9.0.250 or fd09::250"));
    holder(address, taken)
        .ifPresent(holder -> {
          throw new ProblemException(
              "address-taken",
              name,
              "%s on %s belongs to %s".formatted(address, network, holder.whose()),
              "name another one, or none to have one chosen");
        });
    return address;
  }

  private static Optional<Taken> holder(String address, List<Taken> taken) {
    return taken.stream().filter(one -> holds(one.range(), address)).findFirst();
  }

  private static boolean holds(IpPrefix range, String address) {
    return isSix(range) == address.contains(":")
        && new IpPrefix(address, range.length()).network().equals(range.network());
  }

  private static boolean isSix(IpPrefix one) {
    return one.address().contains(":");
  }

  private static BigInteger number(String address) {
    return new BigInteger(1, InetAddress.ofLiteral(address).getAddress());
  }

  private static String text(BigInteger number, int bits) {
    byte[] bytes = new byte[bits / Byte.SIZE];
    byte[] digits = number.toByteArray();
    for (int i = 1; i <= Math.min(bytes.length, digits.length); i++) {
      bytes[bytes.length - i] = digits[digits.length - i];
    }
    try {
      String literal = InetAddress.getByAddress(bytes).getHostAddress();
      return IpPrefix.parse(literal).map(IpPrefix::address).orElse(literal);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
    }
  }

  private static String words(List<IpPrefix> addresses) {
    return String.join(", ", addresses.stream().map(IpPrefix::toString).toList());
  }
}
