package dev.backstay.inventory;

import dev.backstay.document.Similar;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What stands in front of gateways and can send their clients elsewhere.
 *
 * @param hosts in the order in which they are asked; reached and changed as gateways are, without
 *     WireGuard on them
 * @param old the gateway whose clients another one takes over, if one does
 */
public record Front(List<Gateway> hosts, Optional<Gateway> old) {
  /** Clients reach their gateway, and nobody sends them elsewhere. */
  public static final Front NONE = new Front(List.of());

  public Front {
    hosts = List.copyOf(hosts);
  }

  /** Clients come back to the gateway that they were sent away from. */
  public Front(List<Gateway> hosts) {
    this(hosts, Optional.empty());
  }

  /**
   * The same for a takeover.
   *
   * @param name of the gateway whose clients are taken over
   * @param at where the name stands, for messages
   * @throws ProblemException {@code unknown-gateway}
   */
  public Front takingOverFrom(String name, String at, Inventory inventory) {
    Map<String, Gateway> known = new TreeMap<>();
    inventory.gateways().forEach(gateway -> known.put(gateway.name(), gateway));
    Gateway old = known.get(name);
    if (old == null) {
      throw new ProblemException(
          "unknown-gateway",
          at,
          "there is no gateway \"%s\" in %s, whose clients could be taken over"
              .formatted(name, inventory.source()),
          Similar.hint(name, "gateways", known.keySet()));
    }
    return new Front(hosts, Optional.of(old));
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
