package dev.backstay.problem;

import java.util.List;
import java.util.stream.Collectors;

/** Carries every problem that was found, never only the first. Caught once, at the door. */
public final class ProblemException extends RuntimeException {
  private final transient List<Problem> problems;

  /**
   * @throws IllegalArgumentException if there is no problem to report
   */
  public ProblemException(List<Problem> problems) {
    super(problems.stream().map(Problem::text).collect(Collectors.joining("\n")));
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("an exception without a problem");
    }
    this.problems = List.copyOf(problems);
  }

  public ProblemException(Problem problem) {
    this(List.of(problem));
  }

  public ProblemException(String code, String where, String what, String hint) {
    this(new Problem(code, where, what, hint));
  }

  public List<Problem> problems() {
    return problems;
  }
}
