package dev.backstay.playbook;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a playbook changes, as the operator wrote it.
 *
 * @param packages package name to the exact version wanted; those of the kernel are apart
 * @param config by name of a running interface, how it is to be
 * @param sysctl settings of the kernel, each with its value in single spaces
 * @param scripts in the order in which they run
 * @param implementation who is to do WireGuard's work; empty for as it is
 * @param kernel another kernel, if that is wanted
 */
public record Change(
    Map<String, String> packages,
    Activation activate,
    SortedMap<String, InterfaceWish> config,
    SortedMap<String, String> sysctl,
    List<ScriptWish> scripts,
    Optional<Implementation> implementation,
    Optional<Kernel> kernel) {

  /**
   * A kernel that is to run.
   *
   * @param release as {@code uname -r} says it
   * @param packages that bring it, with their exact versions; they may be new on the gateway
   */
  public record Kernel(String release, Map<String, String> packages) {
    public Kernel {
      packages = Map.copyOf(packages);
    }
  }

  public Change {
    packages = Map.copyOf(packages);
    config = Collections.unmodifiableSortedMap(new TreeMap<>(config));
    sysctl = Collections.unmodifiableSortedMap(new TreeMap<>(sysctl));
    scripts = List.copyOf(scripts);
  }

  /** Without another kernel. */
  public Change(
      Map<String, String> packages,
      Activation activate,
      SortedMap<String, InterfaceWish> config,
      SortedMap<String, String> sysctl,
      List<ScriptWish> scripts,
      Optional<Implementation> implementation) {
    this(packages, activate, config, sysctl, scripts, implementation, Optional.empty());
  }

  /** Packages alone. */
  public Change(Map<String, String> packages, Activation activate) {
    this(packages, activate, new TreeMap<>(), new TreeMap<>(), List.of(), Optional.empty());
  }

  /** Packages whose versions a gateway is asked for. */
  public Set<String> packageNames() {
    TreeSet<String> names = new TreeSet<>(packages.keySet());
    kernel.ifPresent(wanted -> names.addAll(wanted.packages().keySet()));
    return names;
  }
}
