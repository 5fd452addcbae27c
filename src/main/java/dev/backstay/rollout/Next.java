package dev.backstay.rollout;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a rollout does next. */
sealed interface Next {
  record StartWave(int wave) implements Next {}

  /** Attempts, side by side. */
  record Try(List<String> gateways) implements Next {}

  /** One that is left alone. */
  record Withhold(String gateway, String why) implements Next {}

  record JudgeWave(int wave, boolean passed, String reason) implements Next {}

  /** Ends what was tried: these stay, those go back. */
  record Settle(List<String> confirm, List<String> revert, String why) implements Next {}

  /** What was confirmed goes back as well. */
  record TakeBack(List<String> gateways, String why) implements Next {}

  /**
   * Looks after clients that were taken over.
   *
   * @param until when the old gateway is let go, if nothing is seen
   */
  record Keep(String gateway, String what, Instant until) implements Next {}

  /** The old gateway is let go. */
  record Release(String gateway) implements Next {}

  /** Nothing, until then or until somebody says so. */
  record Hold(String what, Optional<Instant> until) implements Next {}

  /** The controller goes; the rollout can be resumed. */
  record Leave(String why) implements Next {}

  record End(Result result, String reason) implements Next {}
}
