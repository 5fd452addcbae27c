package dev.backstay.gateway;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a gateway is asked beside what everybody wants to know. Each answer costs a busy gateway
 * processes, so nothing is asked in vain.
 *
 * @param packages whose versions are wanted
 * @param settings of the kernel, by their names
 * @param interfaces whether addresses and peers of interfaces are wanted
 * @param preshared whether which of those peers have a preshared key is wanted as well
 * @param boot whether how another kernel would be booted is wanted
 */
public record FactsQuery(
    SortedSet<String> packages,
    SortedSet<String> settings,
    boolean interfaces,
    boolean preshared,
    boolean boot) {
  public FactsQuery {
    packages = new TreeSet<>(packages);
    settings = new TreeSet<>(settings);
  }

  /** Packages alone. */
  public static FactsQuery of(Set<String> packages) {
    return new FactsQuery(new TreeSet<>(packages), new TreeSet<>(), false, false, false);
  }

  /** What is known of interfaces and their peers, and nothing else. */
  public static FactsQuery ofInterfaces() {
    return new FactsQuery(new TreeSet<>(), new TreeSet<>(), true, true, false);
  }

  /** Whether whoever was asked this was asked everything of the other. */
  boolean covers(FactsQuery other) {
    return packages.containsAll(other.packages)
        && settings.containsAll(other.settings)
        && (interfaces || !other.interfaces)
        && (preshared || !other.preshared)
        && (boot || !other.boot);
  }

  /** The opposite of {@link #arguments}, joined by spaces; nothing for words that are no query. */
  static Optional<FactsQuery> read(String arguments) {
    SortedSet<String> packages = new TreeSet<>();
    SortedSet<String> settings = new TreeSet<>();
    boolean interfaces = false;
    boolean preshared = false;
    boolean boot = false;
    Iterator<String> words = List.of(arguments.split(" ")).iterator();
    while (words.hasNext()) {
      String word = words.next();
      switch (word) {
        case "--interfaces" -> interfaces = true;
        case "--preshared" -> preshared = true;
        case "--boot" -> boot = true;
        case "--sysctl" -> {
          if (!words.hasNext()) {
            return Optional.empty();
          }
          settings.add(words.next());
        }
        case "" -> {}
        default -> packages.add(word);
      }
    }
    return Optional.of(new FactsQuery(packages, settings, interfaces, preshared, boot));
  }

  /** The same, as arguments of the program {@code facts}. */
  List<String> arguments() {
    List<String> words = new ArrayList<>();
    settings.forEach(key -> words.addAll(List.of("--sysctl", key)));
    if (interfaces) {
      words.add("--interfaces");
    }
    if (preshared) {
      words.add("--preshared");
    }
    if (boot) {
      words.add("--boot");
    }
    words.addAll(packages);
    return words;
  }
}
