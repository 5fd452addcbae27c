package dev.backstay.inventory;

import java.util.List;
import java.util.Map;

/**
 * Gateways in the order of the file, and named groups of them.
 *
 * @param source the file it was read from, for messages
 * @param traffic hosts that send clients to gateways; no selection finds them
 */
public record Inventory(
    String source,
    List<Gateway> gateways,
    Map<String, List<String>> groups,
    List<Gateway> traffic) {
  public Inventory {
    gateways = List.copyOf(gateways);
    groups = Map.copyOf(groups);
    traffic = List.copyOf(traffic);
  }

  /** Without hosts that send clients to gateways. */
  public Inventory(String source, List<Gateway> gateways, Map<String, List<String>> groups) {
    this(source, gateways, groups, List.of());
  }
}
