package dev.backstay.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** How probe peers are brought to gateways and taken away, as {@code apply} has it. */
final class ProbePeerOptions {
  @Option(names = "--interface", paramLabel = "NAME", description = "Only this one. Default: all.")
  private Optional<String> wireguard = Optional.empty();

  @Option(names = "--plan", description = "Show what would change, and change nothing.")
  private boolean plan;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(names = "--json", description = "Print the journals as JSON lines, nothing else.")
  private boolean json;

  @Option(
      names = "--during-freeze",
      paramLabel = "REASON",
      description = "Go on although freezes.yaml says not to. The reason is kept.")
  private Optional<String> duringFreeze = Optional.empty();

  /** Whether an interface is meant. */
  boolean means(String network) {
    return wireguard.map(network::equals).orElse(true);
  }

  Optional<String> wireguard() {
    return wireguard;
  }

  boolean plan() {
    return plan;
  }

  boolean yes() {
    return yes;
  }

  boolean json() {
    return json;
  }

  Optional<String> duringFreeze() {
    return duringFreeze;
  }
}
