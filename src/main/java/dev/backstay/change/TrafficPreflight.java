package dev.backstay.change;

import dev.backstay.gateway.Facts;
import dev.backstay.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether a traffic host can take a change and give it back, judged by its facts: what a gateway
 * must have, but for WireGuard and packages. Pure.
 */
public final class TrafficPreflight {
  private static final Map<String, String> NEEDED =
      Map.of(
          "ip", "iproute2",
          "flock", "util-linux",
          "sha256sum", "coreutils",
          "timeout", "coreutils");

  private TrafficPreflight() {}

  /** Empty when it may be asked. */
  public static List<Problem> problems(String host, Facts facts) {
    Findings found = new Findings(host);
    Preflight.account(facts, found);
    Preflight.tools(new TreeMap<>(NEEDED), facts, found);
    Preflight.disk(facts, found);
    Preflight.lease(facts, found);
    return found.problems();
  }
}
