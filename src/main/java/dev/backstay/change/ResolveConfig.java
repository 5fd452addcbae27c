package dev.backstay.change;

import dev.backstay.change.Config.After;
import dev.backstay.change.Config.Edit;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Facts.InterfaceConfig;
import dev.backstay.gateway.Facts.InterfaceFacts;
import dev.backstay.gateway.Facts.PeerConfig;
import dev.backstay.playbook.InterfaceWish;
import dev.backstay.playbook.InterfaceWish.PeerWish;
import dev.backstay.wireguard.IpPrefix;
import dev.backstay.wireguard.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What one interface has to become, from what it is. Only what differs is named, so what is not
 * touched cannot break. Also says what cannot be done without more than this. Used once.
 */
final class ResolveConfig {
  private static final PeerConfig NEW = new PeerConfig(List.of(), 0, "");

  private final String name;
  private final InterfaceWish wish;
  private final InterfaceFacts is;
  private final InterfaceConfig config;
  private final List<String> lines = new ArrayList<>();
  private final List<String> diff = new ArrayList<>();
  private final Map<PublicKey, List<String>> allowedAfter = new HashMap<>();
  private final Set<PublicKey> excused = new TreeSet<>();
  private boolean wholeRouteChanges;

  ResolveConfig(String name, InterfaceWish wish, InterfaceFacts is, InterfaceConfig config) {
    this.name = name;
    this.wish = wish;
    this.is = is;
    this.config = config;
    config.peers().forEach((key, peer) -> allowedAfter.put(key, peer.allowedIps()));
    settings();
    wish.peers().forEach(this::peer);
  }

  /** For every interface that the playbook names and the gateway has. */
  static List<ResolveConfig> all(Map<String, InterfaceWish> wishes, Facts facts) {
    List<ResolveConfig> all = new ArrayList<>();
    new TreeMap<>(wishes)
        .forEach((name, wish) -> {
          Optional<InterfaceFacts> is =
              facts.interfaces().stream().filter(i -> i.name().equals(name)).findFirst();
          Optional<InterfaceConfig> config = Optional.ofNullable(facts.configs().get(name));
          if (is.isPresent() && config.isPresent()) {
            all.add(new ResolveConfig(name, wish, is.get(), config.get()));
          }
        });
    return all;
  }

  Optional<Edit> edit() {
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    List<String> whole = new ArrayList<>(List.of("file\t" + config.file()));
    whole.addAll(lines);
    int port = wish.listenPort().orElse(is.port());
    return Optional.of(
        new Edit(
            name,
            whole,
            diff,
            new After(is.publicKey(), port, port != is.port(), allowedAfter.keySet(), excused)));
  }

  /** What stands in the way, each as a sentence with a remedy. */
  void problems(Findings found) {
    if (!config.owner().equals("wg-quick")) {
      found.add(
          "not-editable",
          config.owner().equals("networkd")
              ? "interface %s belongs to systemd-networkd, whose reload drops its peers"
                  .formatted(name)
              : "no file makes interface %s, so the change would not outlive a restart"
                  .formatted(name),
          "change an interface that wg-quick makes from /etc/wireguard/%s.conf".formatted(name));
      return;
    }
    if (config.pointToPoint() && !wish.addresses().isEmpty()) {
      found.add(
          "not-editable",
          "interface %s has a point-to-point address, which only its file can change"
              .formatted(name),
          "leave \"addresses\" out");
    }
    wish.peers()
        .forEach((key, peer) -> {
          if (peer instanceof PeerWish.Present present
              && !config.peers().containsKey(key)
              && present.allowedIps().isEmpty()) {
            found.add(
                "no-addresses",
                "peer %s is new on %s and gets no allowedIPs".formatted(key, name),
                "say which addresses it has");
          }
        });
    heldByOthers(found);
    boolean policyRoutes =
        allowedAfter.values().stream().anyMatch(ResolveConfig::hasWholeRoute)
            || config.peers().values().stream().anyMatch(p -> hasWholeRoute(p.allowedIps()));
    if (config.table().equals("auto")
        && (wholeRouteChanges || (policyRoutes && changes("fwmark\t")))) {
      found.add(
          "policy-routes",
          "the change touches the policy routes of %s, which only wg-quick makes".formatted(name),
          "change its file by hand and restart the interface, or set Table in it");
    }
  }

  private boolean changes(String word) {
    return lines.stream().anyMatch(line -> line.startsWith(word));
  }

  /** An address belongs to one peer: the kernel would take it from the other without a word. */
  private void heldByOthers(Findings found) {
    Map<String, PublicKey> owners = new HashMap<>();
    config.peers().keySet().stream()
        .filter(key -> !wish.peers().containsKey(key))
        .forEach(
            key -> allowedAfter.getOrDefault(key, List.of()).forEach(ip -> owners.put(ip, key)));
    new TreeMap<>(allowedAfter)
        .forEach((key, addresses) -> {
          if (wish.peers().containsKey(key)) {
            for (String ip : addresses) {
              PublicKey owner = owners.putIfAbsent(ip, key);
              if (owner != null && !owner.equals(key)) {
                found.add(
                    "address-taken",
                    "%s on %s belongs to peer %s".formatted(ip, name, owner),
                    "give peer %s another one, or take it from the other in this change"
                        .formatted(key));
              }
            }
          }
        });
  }

  private void settings() {
    wish.listenPort()
        .filter(port -> port != is.port())
        .ifPresent(port -> set("listen-port", "ListenPort", "" + is.port(), "" + port));
    wish.fwMark()
        .map(mark -> mark == 0 ? "off" : "0x%x".formatted(mark))
        .filter(mark -> !mark.equals(is.mark()))
        .ifPresent(mark -> set("fwmark", "FwMark", is.mark(), mark));
    wish.mtu()
        .filter(mtu -> mtu != is.mtu())
        .ifPresent(mtu -> set("mtu", "MTU", "" + is.mtu(), "" + mtu));
    Set<String> wanted =
        wish.addresses().stream().map(IpPrefix::toString).collect(Collectors.toSet());
    if (!wanted.isEmpty() && !wanted.equals(Set.copyOf(config.addresses()))) {
      wish.addresses().forEach(address -> lines.add("address\t" + address));
      diff.add(
          "Address %s → %s"
              .formatted(
                  String.join(", ", config.addresses()),
                  wish.addresses().stream()
                      .map(IpPrefix::toString)
                      .collect(Collectors.joining(", "))));
    }
  }

  private void set(String word, String called, String from, String to) {
    lines.add(word + "\t" + to);
    diff.add("%s %s → %s".formatted(called, from, to));
  }

  private void peer(PublicKey key, PeerWish peer) {
    switch (peer) {
      case PeerWish.Absent() -> {
        PeerConfig was = config.peers().get(key);
        if (was != null) {
          lines.add("peer\t%s\tabsent".formatted(key));
          diff.add("peer %s removed, had %s".formatted(key, text(was.allowedIps())));
          allowedAfter.remove(key);
          excused.add(key);
          wholeRouteChanges |= hasWholeRoute(was.allowedIps());
        }
      }
      case PeerWish.Present present -> present(key, present);
    }
  }

  private void present(PublicKey key, PeerWish.Present wanted) {
    Optional<PeerConfig> known = Optional.ofNullable(config.peers().get(key));
    PeerConfig was = known.orElse(NEW);
    List<String> parts = new ArrayList<>();
    String ips = "=";
    List<String> after = was.allowedIps();
    if (wanted.allowedIps().isPresent()) {
      after = wanted.allowedIps().get().stream().map(IpPrefix::toString).distinct().toList();
      if (!Set.copyOf(after).equals(Set.copyOf(was.allowedIps())) || known.isEmpty()) {
        ips = after.isEmpty() ? "-" : String.join(",", after);
        parts.add("AllowedIPs %s → %s".formatted(text(was.allowedIps()), text(after)));
        wholeRouteChanges |= hasWholeRoute(was.allowedIps()) != hasWholeRoute(after);
        excused.add(key);
      }
    }
    String keepalive = "=";
    if (wanted.keepalive().isPresent() && wanted.keepalive().get() != was.keepalive()) {
      keepalive = seconds(wanted.keepalive().get());
      parts.add("PersistentKeepalive %s → %s".formatted(seconds(was.keepalive()), keepalive));
    }
    String endpoint = "=";
    if (wanted.endpoint().isPresent() && !wanted.endpoint().get().equals(was.endpoint())) {
      endpoint = wanted.endpoint().get();
      parts.add(
          "Endpoint %s → %s"
              .formatted(was.endpoint().isEmpty() ? "none" : was.endpoint(), endpoint));
    }
    if (known.isEmpty() || !parts.isEmpty()) {
      lines.add("peer\t%s\tpresent\t%s\t%s\t%s".formatted(key, ips, keepalive, endpoint));
      diff.add(
          "peer %s%s%s"
              .formatted(key, known.isEmpty() ? " added, " : ", ", String.join(", ", parts)));
      allowedAfter.put(key, after);
    }
  }

  private static boolean hasWholeRoute(List<String> addresses) {
    return addresses.stream().anyMatch(ip -> ip.endsWith("/0"));
  }

  private static String seconds(int keepalive) {
    return keepalive == 0 ? "off" : Integer.toString(keepalive);
  }

  private static String text(List<String> addresses) {
    return addresses.isEmpty() ? "none" : String.join(", ", addresses);
  }
}
