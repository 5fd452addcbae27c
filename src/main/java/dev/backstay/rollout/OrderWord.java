package dev.backstay.rollout;

/** What people may want of a running rollout. */
public enum OrderWord {
  /** No further wave begins until {@link #CONTINUE}. Gates go on watching. */
  PAUSE,
  CONTINUE,
  /** Open leases are finished, nothing new begins, and the rollout can be resumed later. */
  STOP,
  /** What is not confirmed goes back at once; what is confirmed stays. */
  ABORT,
  /** Everything that this rollout has changed goes back at once. */
  ROLLBACK
}
