package dev.backstay.change;

import dev.backstay.playbook.Activation;
import java.util.List;

/**
 * What exactly will change on one gateway.
 *
 * @param packages only those whose version differs; empty when the gateway is as wanted already
 * @param interfaces WireGuard interfaces that exist and must come back as they were
 */
public record GatewayChange(
    String gateway,
    List<VersionChange> packages,
    Activation activate,
    boolean kick,
    List<String> interfaces) {

  /** A package goes from the version that is installed to the one that is wanted. */
  public record VersionChange(String name, String from, String to) {
    @Override
    public String toString() {
      return name + " " + from + " → " + to;
    }
  }

  public GatewayChange {
    packages = List.copyOf(packages);
    interfaces = List.copyOf(interfaces);
  }

  public boolean nothingToDo() {
    return packages.isEmpty();
  }

  /** The change file of {@code src/main/sh/stage}: lines of a key and tab-separated values. */
  public String file(String rollout, int attempt) {
    StringBuilder text =
        new StringBuilder(
            "rollout\t%s\nattempt\t%d\ngateway\t%s\n".formatted(rollout, attempt, gateway));
    packages.forEach(
        p -> text.append("package\t%s\t%s\t%s\n".formatted(p.name(), p.from(), p.to())));
    text.append("activate\t%s\nkick\t%s\n".formatted(activate.word(), kick ? "yes" : "no"));
    interfaces.forEach(name -> text.append("interface\t").append(name).append('\n'));
    return text.toString();
  }
}
