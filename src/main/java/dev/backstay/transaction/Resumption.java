package dev.backstay.transaction;

import dev.backstay.gateway.LeaseStatus;

/**
 * What a controller does with a gateway that an earlier one left in the middle of a transaction.
 * The journal says what was intended; what counts is what the gateway says.
 */
public enum Resumption {
  /** Nothing was changed: the gateway takes its turn again, from the beginning. */
  AGAIN,
  /** Armed and not started: the lease is given back, then as {@link #AGAIN}. */
  DISARM,
  /**
   * The change is in place under an open lease: its clients are watched anew, for a whole window.
   */
  WATCH,
  /** The change is in place, and nothing is known of the time before it: it is taken back. */
  TAKE_BACK,
  /** The gateway has taken the change back, or is at it. */
  REVERTED,
  /** The gateway has it as confirmed, and this rollout had meant to. */
  CONFIRMED,
  /** A person must look. */
  PERSON;

  /**
   * The table of {@code rollout.md §3.4}. Pure.
   *
   * @param meantToConfirm whether the journal holds the intent to confirm
   * @param remembered whether the journal holds what judging needs
   * @param status what the gateway says of its lease
   * @param rollout ours
   * @param rebooted whether the gateway was started anew without being told to
   */
  static Resumption decide(
      boolean meantToConfirm,
      boolean remembered,
      LeaseStatus status,
      String rollout,
      boolean rebooted) {
    if (!status.rollout().equals(rollout)) {
      // Either it was never armed, or another rollout came since, which only a closed lease allows.
      return meantToConfirm ? PERSON : AGAIN;
    }
    return switch (status.state()) {
      case NONE -> AGAIN;
      case ARMED -> DISARM;
      case APPLYING, REBOOTING, APPLIED -> remembered && !rebooted ? WATCH : TAKE_BACK;
      case CONFIRMED -> meantToConfirm ? CONFIRMED : PERSON;
      case REVERTING, REVERTED -> REVERTED;
      case REVERT_FAILED -> PERSON;
    };
  }

  /** For people, after "the gateway says …". */
  public String words() {
    return switch (this) {
      case AGAIN -> "nothing was changed, it takes its turn again";
      case DISARM -> "not started, the lease is given back";
      case WATCH -> "in place, its clients are watched anew";
      case TAKE_BACK -> "in place, and is taken back";
      case REVERTED -> "it was taken back";
      case CONFIRMED -> "confirmed";
      case PERSON -> "a person must look";
    };
  }
}
