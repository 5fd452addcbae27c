package dev.backstay.wireguard;

import java.time.Duration;

/**
 * Times of the protocol, as the Linux kernel has them ({@code drivers/net/wireguard/messages.h}).
 */
public final class Timing {
  /** An unanswered initiation is sent again after this time, plus up to a third of a second. */
  public static final Duration REKEY_TIMEOUT = Duration.ofSeconds(5);

  /** An initiator that sends under a key older than this starts a new handshake. */
  public static final Duration REKEY_AFTER = Duration.ofSeconds(120);

  /** A session older than this is dead in both directions: the peer is not active any more. */
  public static final Duration REJECT_AFTER = Duration.ofSeconds(180);

  /**
   * After data went out and nothing came back for this long, plus {@link #REKEY_TIMEOUT}, a client
   * re-handshakes.
   */
  public static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(10);

  /** So long after it was last heard a client that sends asks anew by itself. */
  public static final Duration ASKS_ANEW_AFTER = KEEPALIVE_TIMEOUT.plus(REKEY_TIMEOUT);

  /**
   * A peer that was asked to handshake and has not after this time has failed: the initiation and
   * two repetitions, each after at most 5.333 s, have gone unanswered by then.
   */
  public static final Duration THREE_INITIATIONS = Duration.ofSeconds(11);

  /** The longest keepalive interval in ordinary use, made for home routers' address translation. */
  public static final Duration USUAL_KEEPALIVE = Duration.ofSeconds(25);

  /** A keepalive, the smallest data message: header, counter and tag of an empty packet. */
  public static final int KEEPALIVE_BYTES = 32;

  private Timing() {}
}
