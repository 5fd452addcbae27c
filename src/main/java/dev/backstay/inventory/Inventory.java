package dev.backstay.inventory;

import java.util.List;
import java.util.Map;

/**
 * Gateways in the order of the file, and named groups of them.
 *
 * @param source the file it was read from, for messages
 */
public record Inventory(String source, List<Gateway> gateways, Map<String, List<String>> groups) {
  public Inventory {
    gateways = List.copyOf(gateways);
    groups = Map.copyOf(groups);
  }
}
