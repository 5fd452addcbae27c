package dev.backstay.health;

import dev.backstay.wireguard.Timing;

/**
 * Whether what arrives from a peer comes out decrypted. A handshake may be fine while data is dead
 * (wireguard.md §0.9).
 *
 * @param since uptime in seconds at which both counters were noted
 * @param packets of data that had arrived then
 * @param bytes that had been decrypted then
 * @param stuck observations in a row in which too little came out
 */
record Flow(double since, long packets, long bytes, int stuck) {
  /** So many data packets without a decrypted byte are no accident of two counters read in turn. */
  private static final long ENOUGH = 5;

  private static final long READ_SKEW = 2;

  static Flow from(double now, long packets, long bytes) {
    return new Flow(now, packets, bytes, 0);
  }

  /** With the counters of the next observation. Begins anew where all is well, or counters did. */
  Flow with(double now, long packetsNow, long bytesNow) {
    long came = packetsNow - packets;
    long out = bytesNow - bytes;
    if (came < 0 || out < 0 || out >= Timing.KEEPALIVE_BYTES * Math.max(1, came - READ_SKEW)) {
      return from(now, packetsNow, bytesNow);
    }
    return came >= ENOUGH ? new Flow(since, packets, bytes, stuck + 1) : this;
  }

  boolean isStalled() {
    return stuck >= 2;
  }
}
