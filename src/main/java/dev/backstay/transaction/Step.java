package dev.backstay.transaction;

import java.util.Locale;

/**
 * The steps of a transaction, in their order. Up to and with ARM nothing of the gateway's service
 * is touched.
 */
public enum Step {
  PREFLIGHT,
  BASELINE,
  SNAPSHOT,
  STAGE,
  ARM,
  APPLY,
  REBOOT,
  REACHABLE,
  OBSERVE,
  CONFIRM,
  REVERT;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
