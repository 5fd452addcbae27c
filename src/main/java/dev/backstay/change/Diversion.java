package dev.backstay.change;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Activation;
import dev.backstay.playbook.Traffic;
import dev.backstay.playbook.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a traffic host is given: the one script that sends the clients of a gateway elsewhere, and
 * whose clients are meant.
 */
public final class Diversion {
  private Diversion() {}

  /**
   * Whose clients are meant.
   *
   * @param gateway that they are sent away from
   * @param heir who takes them over, if somebody does
   */
  public record Of(Gateway gateway, Optional<Gateway> heir) {
    private String words() {
      return words(gateway) + heir.map(to -> "\t" + words(to)).orElse("");
    }

    private static String words(Gateway one) {
      return one.name() + "\t" + one.target().host();
    }
  }

  /**
   * The change of a traffic host, in the form of the program {@code stage}.
   *
   * @param host the traffic host
   */
  public static String file(String host, Of of, Traffic traffic, String rollout, int attempt) {
    Scripts script = Scripts.of(List.of(traffic.script()));
    String change =
        new GatewayChange(host, List.of(script), Activation.NONE, false, List.of())
            .file(rollout, attempt);
    return change
        + "script\t%s\t%d\tabout\t%s\n"
            .formatted(traffic.script().name(), traffic.script().timeout().toSeconds(), of.words());
  }

  /** What a plan shows of it, line by line. */
  public static List<String> lines(Traffic traffic) {
    String hosts = String.join(", ", traffic.hosts());
    List<String> lines = new ArrayList<>();
    traffic
        .takeover()
        .ifPresent(of ->
            lines.add(
                "traffic takes over the clients of %s, which stays ready for %s"
                    .formatted(of.from(), Units.words(of.keep()))));
    Scripts.of(List.of(traffic.script())).diff().stream()
        .map(line -> "traffic %s %s".formatted(hosts, line))
        .forEach(lines::add);
    return lines;
  }
}
