package dev.backstay.change;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Packages whose version changes.
 *
 * @param changes only those whose version differs
 */
public record Packages(List<VersionChange> changes) implements Part {
  /** Begins each line of what a plan says of packages, and no line of anything else. */
  public static final String WORD = "package";

  /** The version of a package that is not there, on either side. */
  public static final String NONE = "none";

  /**
   * A package goes from the version that is installed to the one that is wanted.
   *
   * @param digests SHA-256 of its package files by version, in hex, of those of the two that the
   *     gateway's package lists tell
   */
  public record VersionChange(
      String name, String from, String to, SortedMap<String, String> digests) {
    public VersionChange {
      digests = Collections.unmodifiableSortedMap(new TreeMap<>(digests));
    }

    /** Of whose files nothing is known. */
    public VersionChange(String name, String from, String to) {
      this(name, from, to, Collections.emptySortedMap());
    }

    private Stream<String> lines() {
      return Stream.concat(
          Stream.of("package\t%s\t%s\t%s\n".formatted(name, from, to)),
          digests.entrySet().stream()
              .map(one -> "digest\t%s\t%s\t%s\n".formatted(name, one.getKey(), one.getValue())));
    }

    private Stream<String> diff() {
      return Stream.concat(
          Stream.of(WORD + " " + this),
          digests.entrySet().stream()
              .map(
                  one -> "%s %s %s sha256 %s".formatted(WORD, name, one.getKey(), one.getValue())));
    }

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
    return changes.stream().flatMap(VersionChange::lines).collect(Collectors.joining());
  }

  @Override
  public String what() {
    return changes.stream().map(VersionChange::toString).collect(Collectors.joining(", "));
  }

  @Override
  public List<String> diff() {
    return changes.stream().flatMap(VersionChange::diff).toList();
  }

  @Override
  public boolean nothingToDo() {
    return changes.isEmpty();
  }
}
