package dev.backstay.transaction;

import java.util.Locale;

/**
 * The steps of a transaction, in their order. Up to and with DRAIN nothing of the gateway's service
 * is touched.
 */
public enum Step {
  /** Only where an earlier controller left the gateway. */
  PROBE,
  PREFLIGHT,
  BASELINE,
  SNAPSHOT,
  STAGE,
  /** The traffic hosts are made ready, where there are some. */
  TRAFFIC,
  ARM,
  /** The clients are sent elsewhere. */
  DRAIN,
  APPLY,
  REBOOT,
  /** Only after {@link #PROBE}: the lease becomes this controller's. */
  TAKE_OVER,
  REACHABLE,
  /** The clients of another gateway are sent to this one. */
  SWITCH,
  /** The clients are brought back; they judge what was done meanwhile. */
  RETURN,
  OBSERVE,
  CONFIRM,
  REVERT,
  /** Clients that were taken over stay for good; nothing brings them back any more. */
  RELEASE;

  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
