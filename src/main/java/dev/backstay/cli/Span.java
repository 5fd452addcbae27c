package dev.backstay.cli;

import dev.backstay.playbook.Units;
import dev.backstay.problem.ProblemException;
import java.time.Duration;

/** A length of time on the command line. */
final class Span {
  private Span() {}

  /**
   * @param code of the problem, for machines
   * @param option for messages
   * @throws ProblemException if it is none, or not longer than zero
   */
  static Duration of(String code, String option, String text) {
    return Units.duration(text)
        .filter(Duration::isPositive)
        .orElseThrow(() ->
            new ProblemException(
                code,
                option,
                "\"" + text + "\" is no time of more than zero",
                "write one such as 90s, 5m or 1h"));
  }
}
