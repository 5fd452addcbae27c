package dev.backstay.health;

import dev.backstay.wireguard.Timing;

/**
 * Whether what arrives from a peer comes out decrypted. A handshake may be fine while data is dead
 * (wireguard.md §0.9).
 *
 * @param since uptime in seconds at which both counters were noted
 * @param packets of data that had arrived then
 * @param bytes that had been decrypted then
 * @param errors packets that the interface had refused then for their inner address
 * @param stuck observations in a row in which too little came out
 * @param refused of those packets since then
 */
record Flow(double since, long packets, long bytes, long errors, int stuck, long refused) {
  /** So many data packets without a decrypted byte are no accident of two counters read in turn. */
  private static final long ENOUGH = 5;

  private static final long READ_SKEW = 2;

  static Flow from(double now, long packets, long bytes, long errors) {
    return new Flow(now, packets, bytes, errors, 0, 0);
  }

  /** With the counters of the next observation. Begins anew where all is well, or counters did. */
  Flow with(double now, long packetsNow, long bytesNow, long errorsNow) {
    long came = packetsNow - packets;
    long out = bytesNow - bytes;
    if (came < 0 || out < 0 || out >= Timing.KEEPALIVE_BYTES * Math.max(1, came - READ_SKEW)) {
      return from(now, packetsNow, bytesNow, errorsNow);
    }
    return came >= ENOUGH
        ? new Flow(since, packets, bytes, errors, stuck + 1, Math.max(0, errorsNow - errors))
        : this;
  }

  /**
   * Why it is stuck. Errors are the interface's, not the peer's: as many as packets that are stuck
   * are hardly somebody else's.
   */
  Cause why() {
    return refused >= ENOUGH ? Cause.INNER_ADDRESS : Cause.STALLED;
  }

  boolean isStalled() {
    return stuck >= 2;
  }
}
