package dev.backstay.playbook;

import java.time.Duration;
import java.util.List;

/**
 * How the clients of a gateway are sent elsewhere while it is worked on, and brought back.
 *
 * @param hosts names of the traffic hosts in the inventory, in the order in which they are asked;
 *     they are asked backwards to bring the clients back
 * @param hostsAt where those names stand, as {@code file:line:column}, for messages
 * @param drain its apply sends the clients of the gateway elsewhere, its revert brings them back,
 *     and its verify tells which of the two holds; its name is {@value #DRAIN}
 * @param settle how long clients may take to leave, once the drain is verified; the gateway is not
 *     touched before nothing is heard of them there
 */
public record Traffic(List<String> hosts, String hostsAt, ScriptWish drain, Duration settle) {
  /** The name of the script, on a traffic host and in a plan. */
  public static final String DRAIN = "drain";

  /** Runs of the script until a drain is verified: verify, apply, verify. */
  private static final int RUNS = 3;

  public Traffic {
    hosts = List.copyOf(hosts);
  }

  /** How long a drain may take on all hosts together, until nobody is on the gateway any more. */
  public Duration longest() {
    return drain.timeout().multipliedBy((long) RUNS * hosts.size()).plus(settle);
  }
}
