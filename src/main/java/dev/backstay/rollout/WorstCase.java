package dev.backstay.rollout;

import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.Traffic;
import java.time.Duration;

/**
 * How long things take at most: what maintenance windows and people are told. Every part of it is a
 * limit that is enforced somewhere, so nothing takes longer unless a person is waited for.
 */
final class WorstCase {
  /**
   * Facts, a snapshot and the packages: the limits of those calls, which rarely take a tenth. A
   * link that is cut meanwhile is waited for within it.
   */
  private static final Duration READY = Duration.ofMinutes(5);

  /** The limit of a revert, and of waiting for the clients after it. */
  private static final Duration BACK = Duration.ofSeconds(180 + 25);

  private WorstCase() {}

  /** One wave, up to its confirmation or to its end on the way back. */
  static Duration ofWave(Playbook playbook) {
    Playbook.Lease lease = playbook.lease();
    return READY
        .plus(playbook.observe().baseline())
        .plus(lease.apply())
        // There, and once more on the way back.
        .plus(lease.reboot().multipliedBy(2))
        .plus(playbook.observe().window())
        .plus(lease.confirm())
        .plus(BACK)
        .plus(playbook.traffic().map(WorstCase::ofTraffic).orElse(Duration.ZERO));
  }

  /** Away and back again; the way back is a revert and its proof, on each host. */
  private static Duration ofTraffic(Traffic traffic) {
    return traffic
        .longest()
        .plus(traffic.script().timeout().multipliedBy(2L * traffic.hosts().size()));
  }

  /**
   * All of it, without waiting for people or windows. While an old gateway is kept ready nothing is
   * changed, so that no window has to hold that.
   */
  static Duration ofAll(Playbook playbook, int waves) {
    return ofWave(playbook)
        .multipliedBy(waves)
        .plus(
            playbook
                .traffic()
                .flatMap(Traffic::takeover)
                .map(Traffic.Takeover::keep)
                .orElse(Duration.ZERO))
        .plus(playbook.observe().soak().multipliedBy(Math.max(0, waves - 1)));
  }
}
