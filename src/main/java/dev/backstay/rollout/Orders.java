package dev.backstay.rollout;

import java.util.List;

/** Where people say what they want of a running rollout. Safe for use by several threads. */
@FunctionalInterface
public interface Orders {
  /** Nobody wants anything. */
  Orders NONE = List::of;

  /**
   * What has come, in order, until {@link #kept} is called. An order may come twice after a crash,
   * and never gets lost in one.
   */
  List<Event.Ordered> fresh();

  /** What {@link #fresh} told last is in the journal. */
  default void kept() {}
}
