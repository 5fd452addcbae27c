package dev.backstay.probe;

import dev.backstay.wireguard.Timing;
import java.time.Duration;

/**
 * How often a probe asks, and how long it waits for answers.
 *
 * @param tries how often it asks for a handshake, at least once
 * @param retry until it asks again, plus up to {@link Timing#REKEY_JITTER}
 * @param pings how often a ping of each size is sent before it counts as lost
 * @param echo until it is sent again
 * @param keepalive how long a peer that has nothing to say may take to show that it got data
 */
public record Patience(int tries, Duration retry, int pings, Duration echo, Duration keepalive) {
  /** Three initiations, as long as it takes to call a client failed. */
  private static final int TRIES = 3;

  private static final int PINGS = 3;
  private static final Duration ECHO = Duration.ofSeconds(1);

  /** The gateway's timer may be late by a little, and the way takes its time. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  public Patience {
    if (tries < 1 || pings < 1) {
      throw new IllegalArgumentException("whoever never asks gets no answer");
    }
  }

  /** That of WireGuard itself, where it has one. */
  public static Patience usual() {
    return new Patience(
        TRIES, Timing.REKEY_TIMEOUT, PINGS, ECHO, Timing.KEEPALIVE_TIMEOUT.plus(SLACK));
  }

  /** The same with another number of tries. */
  public Patience withTries(int times) {
    return new Patience(times, retry, pings, echo, keepalive);
  }
}
