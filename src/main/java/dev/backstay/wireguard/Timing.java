package dev.backstay.wireguard;

import java.time.Duration;

/**
 * Times and sizes of the protocol, as the Linux kernel has them ({@code
 * drivers/net/wireguard/messages.h}).
 */
public final class Timing {
  /** An unanswered initiation is sent again after this time, plus up to a third of a second. */
  public static final Duration REKEY_TIMEOUT = Duration.ofSeconds(5);

  /** At most so much is added to {@link #REKEY_TIMEOUT}, so that peers do not ask in step. */
  public static final Duration REKEY_JITTER = Duration.ofMillis(333);

  /**
   * A responder drops the second of two initiations that are closer ({@code
   * INITIATIONS_PER_SECOND}).
   */
  public static final Duration INITIATION_SPACING = Duration.ofMillis(20);

  /**
   * A cookie older than this is not used any more: the responder changes its secret after 120 s,
   * and 5 s are left for the way ({@code COOKIE_SECRET_MAX_AGE}, {@code COOKIE_SECRET_LATENCY}).
   */
  public static final Duration COOKIE_USABLE = Duration.ofSeconds(115);

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

  /**
   * What is sent through a tunnel is filled up to a multiple of this ({@code
   * MESSAGE_PADDING_MULTIPLE}).
   */
  public static final int PADDING_BYTES = 16;

  /** How far behind the newest packet an older one may come ({@code COUNTER_WINDOW_SIZE}). */
  public static final int REPLAY_WINDOW = 8128;

  /**
   * Of an interface for which nobody said anything else: 1500 bytes without the headers of IPv6,
   * UDP and WireGuard ({@code device.c}).
   */
  public static final int USUAL_MTU = 1420;

  private Timing() {}
}
