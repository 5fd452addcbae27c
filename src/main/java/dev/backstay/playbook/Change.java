package dev.backstay.playbook;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a playbook changes, as the operator wrote it.
 *
 * @param packages package name to the exact version wanted
 */
public record Change(Map<String, String> packages, Activation activate) {
  public Change {
    packages = Map.copyOf(packages);
  }

  /** Packages whose versions a gateway is asked for. */
  public Set<String> packageNames() {
    return new TreeSet<>(packages.keySet());
  }
}
