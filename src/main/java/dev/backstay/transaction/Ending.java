package dev.backstay.transaction;

import java.util.Locale;

/** In what state a transaction left its gateway, as read back from it. */
public enum Ending {
  /** Nothing was changed. */
  UNCHANGED,
  /** The change is there to stay. */
  CONFIRMED,
  /** The old state is back. */
  REVERTED,
  /** Not read back: a person must look. */
  UNKNOWN;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
