package dev.backstay.change;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Packages whose version changes.
 *
 * @param changes only those whose version differs
 */
public record Packages(List<VersionChange> changes) implements Part {
  /** The version of a package that is not there, on either side. */
  public static final String NONE = "none";

  /** A package goes from the version that is installed to the one that is wanted. */
  public record VersionChange(String name, String from, String to) {
    @Override
    public String toString() {
      return name + " " + from + " → " + to;
    }
  }

  public Packages {
    changes = List.copyOf(changes);
  }

  @Override
  public String lines() {
    return changes.stream()
        .map(p -> "package\t%s\t%s\t%s\n".formatted(p.name(), p.from(), p.to()))
        .collect(Collectors.joining());
  }

  @Override
  public String what() {
    return changes.stream().map(VersionChange::toString).collect(Collectors.joining(", "));
  }

  @Override
  public List<String> diff() {
    return changes.stream().map(p -> "package " + p).toList();
  }

  @Override
  public boolean nothingToDo() {
    return changes.isEmpty();
  }
}
