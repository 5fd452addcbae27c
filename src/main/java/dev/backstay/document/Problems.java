package dev.backstay.document;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a file, so that its author sees all of it at once. One thread. */
public final class Problems {
  private record Found(Position position, Problem problem) {}

  private final List<Found> found = new ArrayList<>();

  public void add(String code, Position position, String what, String hint) {
    found.add(new Found(position, new Problem(code, position.toString(), what, hint)));
  }

  /**
   * Throws what was collected, in the order of the lines.
   *
   * @throws ProblemException if there is any problem
   */
  public void throwIfAny() {
    if (found.isEmpty()) {
      return;
    }
    throw new ProblemException(
        found.stream()
            .sorted(
                Comparator.comparingInt((Found f) -> f.position().line())
                    .thenComparingInt(f -> f.position().column()))
            .map(Found::problem)
            .toList());
  }
}
