package dev.backstay.gateway;

import dev.backstay.gateway.Facts.BootFacts;
import dev.backstay.gateway.Facts.InterfaceConfig;
import dev.backstay.gateway.Facts.InterfaceFacts;
import dev.backstay.gateway.Facts.LeaseFacts;
import dev.backstay.gateway.Facts.PackageFacts;
import dev.backstay.gateway.Facts.PeerConfig;
import dev.backstay.wireguard.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the tab-separated lines of the program {@code facts}. Unknown keys are left for newer
 * readers.
 */
final class FactsReader {
  private static final Set<String> OPEN =
      Set.of("armed", "applying", "rebooting", "applied", "reverting");

  /** Of a line that ends after its first word; a lease of which nobody knows is taken for open. */
  private static final String TORN = "unknown";

  /** Seconds; the timer ticks every other second, on a busy gateway more slowly. */
  private static final long LATE_TICK = 60;

  private final Map<String, List<String>> single = new HashMap<>();
  private final Map<String, String> tools = new HashMap<>();
  private final Set<String> missing = new HashSet<>();
  private final Map<String, PackageLines> packages = new HashMap<>();
  private final Map<String, String> module = new HashMap<>();
  private final List<InterfaceFacts> interfaces = new ArrayList<>();
  private final Map<String, Optional<String>> settings = new HashMap<>();
  private final Map<String, ConfigLines> configs = new HashMap<>();
  private final Map<String, List<String>> boot = new HashMap<>();
  private final Set<String> kernels = new HashSet<>();
  private long freeKib;

  private static final class PackageLines {
    private Optional<String> installed = Optional.empty();
    private final Set<String> candidates = new HashSet<>();
    private final Map<String, String> digests = new HashMap<>();
    private boolean held;
  }

  private static final class ConfigLines {
    private String owner = "none";
    private String file = "";
    private String table = "";
    private boolean pointToPoint;
    private final List<String> addresses = new ArrayList<>();
    private final Map<PublicKey, PeerConfig> peers = new HashMap<>();
    private final Set<PublicKey> preshared = new HashSet<>();
  }

  /** Whether this is what the program prints; a menu or a notice of the login shell is not. */
  static boolean understands(String text) {
    return text.lines().anyMatch("protocol\t1"::equals);
  }

  static Facts read(String text) {
    FactsReader reader = new FactsReader();
    text.lines().map(line -> List.of(line.split("\t", -1))).forEach(reader::line);
    return reader.facts();
  }

  private void line(List<String> words) {
    switch (words.getFirst()) {
      case "tool" -> tool(words);
      case "package" -> packageLine(words);
      case "module" -> module.put(at(words, 1), absentIfNone(at(words, 2)));
      case "interface" -> interfaceLine(words);
      case "disk-free" -> diskFree(words);
      case "sysctl" ->
          settings.put(
              at(words, 1),
              at(words, 2).equals("value") ? Optional.of(at(words, 3)) : Optional.empty());
      case "config" -> configLine(words);
      case "boot" -> bootLine(words);
      default -> single.put(words.getFirst(), words.subList(1, words.size()));
    }
  }

  private void tool(List<String> words) {
    if (at(words, 2).equals("missing")) {
      missing.add(at(words, 1));
    } else {
      tools.put(at(words, 1), at(words, 2));
    }
  }

  private void packageLine(List<String> words) {
    PackageLines lines = packages.computeIfAbsent(at(words, 1), name -> new PackageLines());
    String value = at(words, 3);
    switch (at(words, 2)) {
      case "installed" ->
          lines.installed = value.equals("none") ? Optional.empty() : Optional.of(value);
      case "candidate" -> lines.candidates.add(value);
      case "held" -> lines.held = value.equals("yes");
      case "sha256" -> lines.digests.put(value, at(words, 4));
      default -> {}
    }
  }

  private void interfaceLine(List<String> words) {
    interfaces.add(
        new InterfaceFacts(
            at(words, 1),
            at(words, 2).equals("kernel"),
            at(words, 2).equals("boringtun"),
            at(words, 3),
            (int) number(at(words, 4)),
            (int) number(at(words, 7)),
            (int) number(at(words, 8)),
            at(words, 5),
            (int) number(at(words, 6)),
            at(words, 9).equals("threaded")));
  }

  private void configLine(List<String> words) {
    ConfigLines lines = configs.computeIfAbsent(at(words, 1), name -> new ConfigLines());
    switch (at(words, 2)) {
      case "owner" -> {
        lines.owner = at(words, 3);
        lines.file = at(words, 4);
      }
      case "table" -> lines.table = at(words, 3);
      case "address" -> lines.addresses.add(at(words, 3));
      case "peer-address" -> lines.pointToPoint = true;
      case "preshared" -> {
        try {
          lines.preshared.add(new PublicKey(at(words, 3)));
        } catch (IllegalArgumentException notAKey) {
          // As below.
          return;
        }
      }
      case "peer" -> {
        try {
          lines.peers.put(
              new PublicKey(at(words, 3)),
              new PeerConfig(
                  at(words, 4).equals("-") ? List.of() : List.of(at(words, 4).split(",")),
                  (int) number(at(words, 5)),
                  absentIfDash(at(words, 6))));
        } catch (IllegalArgumentException notAKey) {
          // Older tools print a title line of their own; it names no peer.
          return;
        }
      }
      default -> {}
    }
  }

  private static String absentIfDash(String word) {
    return word.equals("-") ? "" : word;
  }

  private void diskFree(List<String> words) {
    if (!at(words, 1).equals("/boot")) {
      freeKib = number(at(words, 2));
    }
  }

  private void bootLine(List<String> words) {
    if (at(words, 1).equals("kernel")) {
      kernels.add(at(words, 2));
    } else {
      boot.put(at(words, 1), words.size() > 2 ? words.subList(2, words.size()) : List.of());
    }
  }

  private BootFacts boot() {
    List<String> on = boot.getOrDefault("on", List.of());
    return new BootFacts(
        boot.getOrDefault("loader", List.of()).equals(List.of("grub")),
        boot.getOrDefault("editor", List.of()).equals(List.of("yes")),
        boot.getOrDefault("default", List.of()).equals(List.of("saved")),
        at(on, 0),
        at(on, 1),
        kernels);
  }

  /** A word that is no number is a timer that never ticked. */
  private boolean ticking() {
    return value("dead-man").matches("[0-9]{1,9}") && number(value("dead-man")) <= LATE_TICK;
  }

  private Facts facts() {
    Map<String, PackageFacts> found = new HashMap<>();
    packages.forEach((name, p) ->
        found.put(name, new PackageFacts(p.installed, p.candidates, p.held, p.digests)));
    Map<String, InterfaceConfig> made = new HashMap<>();
    configs.forEach((name, c) ->
        made.put(
            name,
            new InterfaceConfig(
                c.owner, c.file, c.table, c.addresses, c.pointToPoint, c.peers, c.preshared)));
    List<String> lock = told("dpkg-lock", "free");
    List<String> lease = told("lease", "none");
    return new Facts(
        decimal(value("uptime")),
        value("boot-id"),
        value("kernel"),
        KernelVersion.of(value("kernel"), value("kernel-build"), value("kernel-signature")),
        String.join(" ", single.getOrDefault("os", List.of())),
        value("architecture"),
        value("user"),
        value("init"),
        tools,
        missing,
        freeKib,
        value("package-manager").isEmpty() ? "dpkg" : value("package-manager"),
        lock.getFirst().equals("held")
            ? Optional.of(String.join(" ", lock.subList(1, lock.size())))
            : Optional.empty(),
        value("dpkg-audit").equals("broken"),
        found,
        module.getOrDefault("loaded", ""),
        module.getOrDefault("disk", ""),
        interfaces,
        settings,
        made,
        OPEN.contains(lease.getFirst()) || lease.getFirst().equals(TORN)
            ? Optional.of(
                new LeaseFacts(
                    lease.getFirst(), lease.size() > 1 ? lease.get(1) : "unknown", ticking()))
            : Optional.empty(),
        boot(),
        number(value("epoch")));
  }

  private String value(String key) {
    List<String> words = single.getOrDefault(key, List.of());
    return words.isEmpty() ? "" : words.getFirst();
  }

  /** The words of a line, or one word where there is no such line. */
  private List<String> told(String key, String otherwise) {
    List<String> words = single.getOrDefault(key, List.of(otherwise));
    return words.isEmpty() ? List.of(TORN) : words;
  }

  private static String at(List<String> words, int index) {
    return index < words.size() ? words.get(index) : "";
  }

  private static String absentIfNone(String word) {
    return word.equals("none") ? "" : word;
  }

  private static double decimal(String word) {
    return word.matches("[0-9]{1,15}(\\.[0-9]{1,9})?") ? Double.parseDouble(word) : 0;
  }

  private static long number(String word) {
    return word.matches("[0-9]{1,18}") ? Long.parseLong(word) : 0;
  }
}
