package dev.backstay.problem;

import java.util.Objects;

/**
 * One thing that is wrong, as a person reads it.
 *
 * @param code a stable word for machines, in kebab case, such as {@code unknown-gateway}
 * @param where the place: {@code file:line:column}, a gateway's name, or empty when there is none
 * @param what one sentence that says what was found and what was expected
 * @param hint the remedy, or empty
 */
public record Problem(String code, String where, String what, String hint) {
  public Problem {
    Objects.requireNonNull(code, "code is null");
    Objects.requireNonNull(where, "where is null");
    Objects.requireNonNull(what, "what is null");
    Objects.requireNonNull(hint, "hint is null");
  }

  /** The sentence with its place before it, and the remedy on a line of its own. */
  public String text() {
    return hint.isEmpty() ? sentence() : sentence() + "\n  hint: " + hint;
  }

  /** The sentence with its place before it, in one line. */
  public String sentence() {
    return where.isEmpty() ? what : where + ": " + what;
  }
}
