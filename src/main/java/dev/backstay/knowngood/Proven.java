package dev.backstay.knowngood;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Versions that were confirmed together.
 *
 * @param since when the rollout ended, as ISO 8601 in UTC
 * @param rollout that proved it
 * @param kernel the exact release
 * @param module the {@code srcversion} of WireGuard's module; empty for none
 * @param packages name to exact version
 * @param gateways that ran it, each with a digest of each interface's configuration: ports,
 *     addresses, allowed addresses and such, never a key
 */
public record Proven(
    String since,
    String rollout,
    String kernel,
    String module,
    SortedMap<String, String> packages,
    SortedMap<String, SortedMap<String, String>> gateways) {
  public Proven {
    packages = Collections.unmodifiableSortedMap(new TreeMap<>(packages));
    gateways = Collections.unmodifiableSortedMap(new TreeMap<>(gateways));
  }
}
