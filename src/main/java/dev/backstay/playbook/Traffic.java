package dev.backstay.playbook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the clients of a gateway are sent elsewhere: while it is worked on, and brought back; or to
 * another gateway that takes over.
 *
 * @param hosts names of the traffic hosts in the inventory, in the order in which they are asked;
 *     they are asked backwards to bring the clients back
 * @param hostsAt where those names stand, as {@code file:line:column}, for messages
 * @param script its apply sends the clients of the gateway elsewhere, its revert brings them back,
 *     and its verify tells which of the two holds; its name is {@value #DRAIN} or {@value
 *     #TAKEOVER}
 * @param settle how long clients may take to leave, once that is verified
 * @param takeover what makes it one, if it is
 */
public record Traffic(
    List<String> hosts,
    String hostsAt,
    ScriptWish script,
    Duration settle,
    Optional<Takeover> takeover) {
  /** The name of the script, on a traffic host and in a plan. */
  public static final String DRAIN = "drain";

  /** The same where another gateway takes over. */
  public static final String TAKEOVER = "takeover";

  /** Runs of the script until a drain is verified: verify, apply, verify. */
  private static final int RUNS = 3;

  /** A tick of the dead-man switch, and whatever else is not the script. */
  private static final Duration AROUND = Duration.ofSeconds(30);

  /**
   * The selected gateway takes over the clients of another one for good.
   *
   * @param from whose clients they are
   * @param fromAt where that name stands, for messages
   * @param keep how long the old one stays ready to take its clients back
   * @param unwatched how long they stay on the new one, before that is over, when nobody watches
   *     them any more; then the traffic hosts bring them back by themselves
   */
  public record Takeover(String from, String fromAt, Duration keep, Duration unwatched) {}

  public Traffic {
    hosts = List.copyOf(hosts);
  }

  /** How long sending away may take on all hosts together, until nobody is there any more. */
  public Duration longest() {
    return script.timeout().multipliedBy((long) RUNS * hosts.size()).plus(settle);
  }

  /** How long a traffic host may take to bring clients back when its lease is over. */
  public Duration back() {
    return script.timeout().multipliedBy(2).plus(AROUND);
  }
}
