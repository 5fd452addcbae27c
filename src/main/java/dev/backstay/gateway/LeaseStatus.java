package dev.backstay.gateway;

import java.time.Duration;
import java.util.Locale;

/**
 * What a gateway's dead-man switch says of itself.
 *
 * @param rollout whose lease it is or was; empty when there never was one
 * @param remaining until the gateway reverts by itself; zero when the lease is over
 * @param reason why it reverted or failed, in the gateway's words; empty when it did not
 */
public record LeaseStatus(
    State state, String rollout, int attempt, long epoch, Duration remaining, String reason) {

  /** Of a gateway that never had one. */
  static final LeaseStatus NEVER = new LeaseStatus(State.NONE, "", 0, 0, Duration.ZERO, "");

  /** The states of a lease, in the order they are gone through. */
  public enum State {
    NONE,
    ARMED,
    APPLYING,
    /** On its way down and up again, into another kernel. */
    REBOOTING,
    APPLIED,
    CONFIRMED,
    REVERTING,
    REVERTED,
    REVERT_FAILED;

    /**
     * @throws IllegalStateException if this version does not know the word: guessing would risk
     *     calling an open lease closed
     */
    static State named(String word) {
      String name = word.toUpperCase(Locale.ROOT).replace('-', '_');
      for (State state : values()) {
        if (state.name().equals(name)) {
          return state;
        }
      }
      throw new IllegalStateException("the gateway reports an unknown state '" + word + "'");
    }

    /** The word in the gateway's own messages. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the gateway would still revert by itself. */
    public boolean open() {
      return switch (this) {
        case ARMED, APPLYING, REBOOTING, APPLIED, REVERTING -> true;
        case NONE, CONFIRMED, REVERTED, REVERT_FAILED -> false;
      };
    }
  }
}
