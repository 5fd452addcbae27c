package dev.backstay.rollout;

import dev.backstay.change.GatewayChange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A playbook resolved against facts of real gateways.
 *
 * @param changes one for each selected gateway, in inventory order, also where nothing is to do
 * @param waves names of the gateways that change
 * @param epoch higher than any that a selected gateway has seen, so that this controller fences off
 *     those before it
 */
public record Plan(
    String playbook, List<GatewayChange> changes, List<List<String>> waves, long epoch) {
  public Plan {
    changes = List.copyOf(changes);
    waves = List.copyOf(waves);
  }

  public boolean nothingToDo() {
    return waves.isEmpty();
  }

  /** SHA-256 over what the plan says, in hex. */
  public String hash() {
    try {
      byte[] text = (playbook + changes + waves).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** As people read it. */
  public String text() {
    StringBuilder text = new StringBuilder("Plan for playbook " + playbook + "\n");
    for (int i = 0; i < waves.size(); i++) {
      text.append("  wave %d%s\n".formatted(i + 1, i == 0 ? " (canary)" : ""));
      waves.get(i).forEach(name -> text.append("    ").append(line(name)).append('\n'));
    }
    List<String> same =
        changes.stream().filter(GatewayChange::nothingToDo).map(GatewayChange::gateway).toList();
    if (!same.isEmpty()) {
      text.append("  nothing to do on ").append(String.join(", ", same)).append('\n');
    }
    return text.toString();
  }

  private String line(String gateway) {
    return changes.stream()
        .filter(change -> change.gateway().equals(gateway))
        .map(change ->
            "%s  %s, then %s on %s"
                .formatted(
                    gateway,
                    change.what(),
                    change.activate().word(),
                    String.join(", ", change.interfaces())))
        .findFirst()
        .orElse(gateway);
  }
}
