package dev.backstay.change;

import dev.backstay.playbook.Activation;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What exactly will change on one gateway.
 *
 * @param parts only those that have something to do; empty when the gateway is as wanted already
 * @param interfaces WireGuard interfaces that exist and must be there afterwards
 */
public record GatewayChange(
    String gateway, List<Part> parts, Activation activate, boolean kick, List<String> interfaces) {

  public GatewayChange {
    parts = List.copyOf(parts);
    interfaces = List.copyOf(interfaces);
  }

  public boolean nothingToDo() {
    return parts.stream().allMatch(Part::nothingToDo);
  }

  /** The part of that kind, if the change has one. */
  public <T extends Part> Optional<T> part(Class<T> kind) {
    return parts.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /** Interfaces that are there now or are to be, sorted. */
  public List<String> watched() {
    TreeSet<String> names = new TreeSet<>(interfaces);
    parts.forEach(part -> names.addAll(part.interfaces()));
    return List.copyOf(names);
  }

  /** In one line for people. */
  public String what() {
    return parts.stream().map(Part::what).collect(Collectors.joining(", "));
  }

  /**
   * The packages among it, line by line: versions, and the digests of their files as far as they
   * are known.
   */
  public List<String> packages() {
    return part(Packages.class).map(Packages::diff).orElse(List.of());
  }

  /** What is and what will be, line by line. */
  public List<String> diff() {
    return parts.stream().flatMap(part -> part.diff().stream()).toList();
  }

  /** The change file of {@code src/main/sh/stage}: lines of a key and tab-separated values. */
  public String file(String rollout, int attempt) {
    StringBuilder text =
        new StringBuilder(
            "rollout\t%s\nattempt\t%d\ngateway\t%s\n".formatted(rollout, attempt, gateway));
    parts.forEach(part -> text.append(part.lines()));
    text.append("activate\t%s\nkick\t%s\n".formatted(activate.word(), kick ? "yes" : "no"));
    TreeSet<String> touched = new TreeSet<>();
    parts.forEach(part -> touched.addAll(part.touches()));
    touched.forEach(name -> text.append("touch\t").append(name).append('\n'));
    interfaces.forEach(name -> text.append("interface\t").append(name).append('\n'));
    return text.toString();
  }
}
