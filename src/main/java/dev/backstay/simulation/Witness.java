package dev.backstay.simulation;

import dev.backstay.rollout.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sees everything that really happens on the gateways, in its order, and with it every line of the
 * controllers' journals. Only judges look at it; nobody in the world does.
 */
final class Witness {
  /**
   * @param nanos of the world
   * @param gateway empty for what a controller does
   * @param detail an idempotency key, or what broke
   */
  record Seen(long nanos, String gateway, What what, String detail, Optional<Event> event) {}

  /** What happens. */
  enum What {
    /** The change of one idempotency key began to touch the gateway. */
    APPLY,
    APPLIED,
    CONFIRMED,
    REVERTED,
    REVERT_FAILED,
    /** The clients of a gateway were sent elsewhere. */
    DRAINED,
    /** They were brought back. */
    UNDRAINED,
    /** Something broke. */
    MISHAP,
    /** A line is in a controller's journal. */
    JOURNAL,
    /** A controller was killed. */
    KILLED
  }

  private final List<Seen> seen = new ArrayList<>();

  synchronized void tell(long nanos, String gateway, What what, String detail) {
    seen.add(new Seen(nanos, gateway, what, detail, Optional.empty()));
  }

  synchronized void journal(long nanos, Event event) {
    seen.add(new Seen(nanos, "", What.JOURNAL, "", Optional.of(event)));
  }

  synchronized List<Seen> seen() {
    return List.copyOf(seen);
  }
}
