package dev.backstay.rollout;

import dev.backstay.health.Verdict;
import dev.backstay.transaction.Attempt;

/** How an attempt on one gateway came out, before its wave was judged. */
public enum Trial {
  /** Its clients are back; the change waits for the wave. */
  PASSED,
  /** Nothing was to do. */
  AS_WANTED,
  /** Its clients say that the change did harm. */
  FAILED,
  /** The evidence allowed no verdict. */
  INCONCLUSIVE,
  /** It ended before anything was changed. */
  STOPPED,
  /** The gateway took the change back by itself. */
  REVERTED,
  /** Nobody can tell what the gateway is doing. */
  UNKNOWN,
  /** It was not begun with, for its clients would have had nowhere to go. */
  WITHHELD;

  static Trial of(Attempt attempt) {
    return switch (attempt) {
      case Attempt.NothingToDo nothing -> AS_WANTED;
      case Attempt.Judged(Verdict.Pass pass) -> PASSED;
      case Attempt.Judged(Verdict.Fail fail) -> FAILED;
      case Attempt.Judged(Verdict.Inconclusive inconclusive) -> INCONCLUSIVE;
      case Attempt.Stopped stopped -> STOPPED;
      case Attempt.Reverted reverted -> REVERTED;
      case Attempt.Unknown unknown -> UNKNOWN;
    };
  }

  static String why(Attempt attempt) {
    return switch (attempt) {
      case Attempt.NothingToDo nothing -> "nothing to do";
      case Attempt.Judged(Verdict verdict) ->
          verdict.word() + ": " + String.join("; ", verdict.reasons());
      case Attempt.Stopped(var step, String why) -> step.word() + ": " + why;
      case Attempt.Reverted(String why) -> why;
      case Attempt.Unknown(var step, String why) -> step.word() + ": " + why;
    };
  }

  public boolean good() {
    return this == PASSED || this == AS_WANTED;
  }

  /**
   * Everything but a pass counts against the limits, also what could not be reached; but not what
   * was left alone because of another one, which counts already.
   */
  boolean bad() {
    return !good() && this != WITHHELD;
  }
}
