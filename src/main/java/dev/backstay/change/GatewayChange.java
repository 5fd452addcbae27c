package dev.backstay.change;

import dev.backstay.playbook.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What exactly will change on one gateway.
 *
 * @param packages only those whose version differs; empty when the gateway is as wanted already
 * @param interfaces WireGuard interfaces that exist and must come back as they were
 * @param restoration files that go back from a snapshot, if that is the change
 */
public record GatewayChange(
    String gateway,
    List<VersionChange> packages,
    Activation activate,
    boolean kick,
    List<String> interfaces,
    Optional<Restoration> restoration) {

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
    return packages.isEmpty() && restoration.map(Restoration::nothingToDo).orElse(true);
  }

  /** Interfaces that are there now or are to be, sorted. */
  public List<String> watched() {
    TreeSet<String> names = new TreeSet<>(interfaces);
    restoration.ifPresent(back -> back.restarts().forEach(restart -> names.add(restart.name())));
    return List.copyOf(names);
  }

  /** In one line for people. */
  public String what() {
    List<String> parts = new ArrayList<>();
    packages.forEach(p -> parts.add(p.toString()));
    restoration.ifPresent(back ->
        parts.add(
            "%d files from snapshot %s"
                .formatted(back.files().size(), back.commit().substring(0, 10))));
    return String.join(", ", parts);
  }

  /** The change file of {@code src/main/sh/stage}: lines of a key and tab-separated values. */
  public String file(String rollout, int attempt) {
    StringBuilder text =
        new StringBuilder(
            "rollout\t%s\nattempt\t%d\ngateway\t%s\n".formatted(rollout, attempt, gateway));
    packages.forEach(
        p -> text.append("package\t%s\t%s\t%s\n".formatted(p.name(), p.from(), p.to())));
    text.append("activate\t%s\nkick\t%s\n".formatted(activate.word(), kick ? "yes" : "no"));
    restoration.ifPresent(files -> text.append(files.lines()));
    interfaces.forEach(name -> text.append("interface\t").append(name).append('\n'));
    return text.toString();
  }
}
