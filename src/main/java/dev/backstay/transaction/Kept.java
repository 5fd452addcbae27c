package dev.backstay.transaction;

import java.util.Optional;

/** What one look at clients that were taken over says, while the old gateway is kept ready. */
public sealed interface Kept {
  /**
   * They are well.
   *
   * @param noWayBack why they could not go back now; nothing if they could
   */
  record Well(Optional<String> noWayBack) implements Kept {}

  /**
   * The new gateway does them harm.
   *
   * @param noWayBack as {@link Well} has it
   */
  record Worse(String why, Optional<String> noWayBack) implements Kept {}

  /** The traffic hosts have brought them back by themselves, or are at it. */
  record Gone(String why) implements Kept {}
}
