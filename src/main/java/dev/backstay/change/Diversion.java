package dev.backstay.change;

import dev.backstay.playbook.Activation;
import dev.backstay.playbook.Traffic;
import java.util.List;

/**
 * What a traffic host is given: the one script that sends the clients of a gateway elsewhere, and
 * whose clients are meant.
 */
public final class Diversion {
  private Diversion() {}

  /**
   * The change of a traffic host, in the form of the program {@code stage}.
   *
   * @param host the traffic host
   * @param gateway whose clients are meant
   * @param address of it, as the inventory has it
   */
  public static String file(
      String host, String gateway, String address, Traffic traffic, String rollout, int attempt) {
    Scripts script = Scripts.of(List.of(traffic.drain()));
    String change =
        new GatewayChange(host, List.of(script), Activation.NONE, false, List.of())
            .file(rollout, attempt);
    return change
        + "script\t%s\t%d\tabout\t%s\t%s\n"
            .formatted(Traffic.DRAIN, traffic.drain().timeout().toSeconds(), gateway, address);
  }

  /** What a plan shows of it, line by line. */
  public static List<String> lines(Traffic traffic) {
    return Scripts.of(List.of(traffic.drain())).diff().stream()
        .map(line -> "traffic %s %s".formatted(String.join(", ", traffic.hosts()), line))
        .toList();
  }
}
