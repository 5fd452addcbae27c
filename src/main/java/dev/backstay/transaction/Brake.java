package dev.backstay.transaction;

import java.util.Optional;

/**
 * Whether a transaction should go no further. Looked at between steps and while clients are
 * watched; a change that is in place then ends without a verdict, and is taken back.
 */
@FunctionalInterface
public interface Brake {
  /** Never pulled. */
  Brake NONE = Optional::empty;

  /** Why, if it is pulled. */
  Optional<String> pulled();
}
