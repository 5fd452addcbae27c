package dev.backstay.inventory;

import dev.backstay.document.Similar;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stands in front of gateways and can send their clients elsewhere.
 *
 * @param hosts in the order in which they are asked; reached and changed as gateways are, without
 *     WireGuard on them
 */
public record Front(List<Gateway> hosts) {
  /** Clients reach their gateway, and nobody sends them elsewhere. */
  public static final Front NONE = new Front(List.of());

  public Front {
    hosts = List.copyOf(hosts);
  }

  /**
   * The traffic hosts of these names.
   *
   * @param at where the names stand, for messages
   * @throws ProblemException {@code unknown-traffic-host}, for each name that there is not
   */
  public static Front named(List<String> names, String at, Inventory inventory) {
    Map<String, Gateway> known = new TreeMap<>();
    inventory.traffic().forEach(host -> known.put(host.name(), host));
    List<Problem> problems = new ArrayList<>();
    List<Gateway> hosts = new ArrayList<>();
    for (String name : names) {
      Gateway host = known.get(name);
      if (host == null) {
        problems.add(
            new Problem(
                "unknown-traffic-host",
                at,
                "there is no traffic host \"%s\" in %s".formatted(name, inventory.source()),
                known.isEmpty()
                    ? "name it there, under traffic: {%s: {host: …}}".formatted(name)
                    : Similar.hint(name, "traffic hosts", known.keySet())));
      } else {
        hosts.add(host);
      }
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    return new Front(hosts);
  }
}
