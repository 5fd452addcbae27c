package dev.backstay.playbook;

import java.time.Duration;

/**
 * Who must agree before a plan is carried out.
 *
 * @param people how many, without the plan's author; 0 for nobody
 * @param expires how long an approval holds
 */
public record Approval(int people, Duration expires) {
  /** Over night, not over a weekend. */
  public static final Duration USUAL_EXPIRY = Duration.ofHours(24);

  public static final Approval NOBODY = new Approval(0, USUAL_EXPIRY);
}
