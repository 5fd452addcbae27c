package dev.backstay.rollout;

import java.util.List;

/** Where people say what they want of a running rollout. Safe for use by several threads. */
@FunctionalInterface
public interface Orders {
  /** Nobody wants anything. */
  Orders NONE = List::of;

  /** What has come since the last call, in order. An order may come twice after a crash. */
  List<Event.Ordered> fresh();
}
