package dev.backstay.regression;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which gateways a row is about. All that it asks for must hold; what is not known does not hold.
 *
 * @param system ID of the system, with its version or without
 * @param architecture a pattern with {@code *}
 * @param release a pattern with {@code *}
 * @param packageName a pattern with {@code *}; of a package that is there, in {@link #version} if
 *     that is asked for
 * @param changes a pattern with {@code *}, of a package that is being installed or replaced
 * @param threaded whether threads of an interface's own are asked for
 */
record Condition(
    Optional<String> system,
    Optional<String> architecture,
    Optional<String> release,
    Optional<Range> kernel,
    Optional<String> implementation,
    Optional<String> packageName,
    Optional<Range> version,
    Optional<String> changes,
    boolean threaded) {
  boolean holds(Situation of) {
    return system.stream().allMatch(wanted -> is(of.system(), wanted))
        && architecture.stream().allMatch(pattern -> like(pattern, of.architecture()))
        && release.stream().allMatch(pattern -> like(pattern, of.release()))
        && kernel.stream().allMatch(range -> in(range, of.kernel()))
        && implementation.stream().allMatch(of.implementation()::equals)
        && packageName.stream().allMatch(pattern -> has(pattern, of))
        && changes.stream()
            .allMatch(pattern -> of.changing().stream().anyMatch(name -> like(pattern, name)))
        && (!threaded || of.threaded());
  }

  private static boolean is(String system, String wanted) {
    return system.equals(wanted) || system.startsWith(wanted + " ");
  }

  private boolean has(String pattern, Situation of) {
    return of.packages().entrySet().stream()
        .filter(entry -> like(pattern, entry.getKey()))
        .anyMatch(
            entry -> version.stream().allMatch(range -> in(range, Optional.of(entry.getValue()))));
  }

  private static boolean in(Range range, Optional<String> version) {
    return version.flatMap(Release::leading).filter(range::contains).isPresent();
  }

  private static boolean like(String pattern, String text) {
    String expression =
        Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return Pattern.matches(expression, text);
  }
}
