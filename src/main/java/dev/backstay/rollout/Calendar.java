package dev.backstay.rollout;

import dev.backstay.playbook.Freeze;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * When nothing may be changed: the freezes of a working directory. A way back is never frozen.
 *
 * @param freezes in any order
 */
public record Calendar(List<Freeze> freezes) {
  /** Nothing is frozen. */
  public static final Calendar OPEN = new Calendar(List.of());

  public Calendar {
    freezes = List.copyOf(freezes);
  }

  /** The freeze that work between these moments would fall into, the one that ends last. */
  public Optional<Freeze> during(Instant begin, Instant end) {
    return freezes.stream()
        .filter(freeze -> freeze.from().isBefore(end) && freeze.to().isAfter(begin))
        .max(Comparator.comparing(Freeze::to));
  }
}
