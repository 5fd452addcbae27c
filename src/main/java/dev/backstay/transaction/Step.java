package dev.backstay.transaction;

import java.util.Locale;

/**
 * The steps of a transaction, in their order. Up to and with ARM nothing of the gateway's service
 * is touched.
 */
public enum Step {
  /** Only where an earlier controller left the gateway. */
  PROBE,
  PREFLIGHT,
  BASELINE,
  SNAPSHOT,
  STAGE,
  ARM,
  APPLY,
  REBOOT,
  /** Only after {@link #PROBE}: the lease becomes this controller's. */
  TAKE_OVER,
  REACHABLE,
  OBSERVE,
  CONFIRM,
  REVERT;

  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
