package dev.backstay.regression;

import java.util.List;

/**
 * One row of the table.
 *
 * @param id short, for people and machines
 * @param what goes wrong, in a few words
 * @param symptom how it shows
 * @param advice what to do about it
 * @param sources where it was reported or read; at least one
 * @param affects any of them; none where no fact of a gateway could tell, such as of clients
 */
public record KnownRegression(
    String id,
    String what,
    String symptom,
    String advice,
    List<String> sources,
    List<Condition> affects) {
  public KnownRegression {
    sources = List.copyOf(sources);
    affects = List.copyOf(affects);
  }

  boolean affects(Situation of) {
    return affects.stream().anyMatch(condition -> condition.holds(of));
  }

  /** Whether a gateway can be held against it. */
  public boolean ofGateways() {
    return !affects.isEmpty();
  }

  /** In one line, with where it is from. */
  public String sentence() {
    return "%s: %s (%s)".formatted(what, symptom, sources.getFirst());
  }
}
