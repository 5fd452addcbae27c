package dev.backstay.gateway;

import java.time.Duration;

/**
 * What a gateway is granted: the time it may keep a change that nobody has confirmed.
 *
 * @param rollout the rollout that asks
 * @param attempt counts tries of the same rollout on the same gateway, from 1
 * @param epoch fences controllers: a gateway refuses a lower one than it has seen
 * @param nonceDigest hex SHA-256 of the nonce that confirms; the nonce itself stays with the
 *     controller
 * @param length from now until the gateway reverts by itself
 * @param longest how long all renewals together may make it
 * @param boots restarts that do not end it: 1 for a change that makes one, else 0
 */
public record Lease(
    String rollout,
    int attempt,
    long epoch,
    String nonceDigest,
    Duration length,
    Duration longest,
    int boots) {

  /** Of a change without a restart. */
  public Lease(
      String rollout,
      int attempt,
      long epoch,
      String nonceDigest,
      Duration length,
      Duration longest) {
    this(rollout, attempt, epoch, nonceDigest, length, longest, 0);
  }

  String text() {
    return """
    rollout\t%s
    attempt\t%d
    epoch\t%d
    nonce-sha256\t%s
    seconds\t%d
    max-seconds\t%d
    boots\t%d
    """
        .formatted(
            rollout, attempt, epoch, nonceDigest, length.toSeconds(), longest.toSeconds(), boots);
  }
}
