package dev.backstay.gateway;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What a gateway's dead-man switch says of itself.
 *
 * @param rollout whose lease it is or was; empty when there never was one
 * @param remaining until the gateway reverts by itself; zero when the lease is over
 * @param reason why it reverted or failed, in the gateway's words; empty when it did not
 */
public record LeaseStatus(
    State state, String rollout, int attempt, long epoch, Duration remaining, String reason) {

  /** The states of a lease, in the order they are gone through. */
  public enum State {
    NONE,
    ARMED,
    APPLYING,
    APPLIED,
    CONFIRMED,
    REVERTING,
    REVERTED,
    REVERT_FAILED;

    static Optional<State> of(String word) {
      String name = word.toUpperCase(Locale.ROOT).replace('-', '_');
      for (State state : values()) {
        if (state.name().equals(name)) {
          return Optional.of(state);
        }
      }
      return Optional.empty();
    }

    /** Whether the gateway would still revert by itself. */
    public boolean open() {
      return switch (this) {
        case ARMED, APPLYING, APPLIED, REVERTING -> true;
        case NONE, CONFIRMED, REVERTED, REVERT_FAILED -> false;
      };
    }
  }
}
