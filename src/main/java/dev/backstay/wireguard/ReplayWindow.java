package dev.backstay.wireguard;

/**
 * Which counters have come already: a ring of bits that moves on with the newest one (RFC 6479).
 * Not safe for use by several threads.
 */
final class ReplayWindow {
  /** One word more than the window, which is the one that is being filled. */
  private static final int WORDS = Timing.REPLAY_WINDOW / Long.SIZE + 1;

  private final long[] seen = new long[WORDS];
  private long newest = -1;

  /**
   * Counters are below 2^63: no session lives so long.
   *
   * @return whether this one comes for the first time, and not too late; from now on it has come
   */
  boolean accept(long counter) {
    if (counter < 0 || counter <= newest - Timing.REPLAY_WINDOW) {
      return false;
    }
    forgetUpTo(counter);
    int word = word(counter);
    long bit = 1L << (counter % Long.SIZE);
    if ((seen[word] & bit) != 0) {
      return false;
    }
    seen[word] |= bit;
    newest = Math.max(newest, counter);
    return true;
  }

  private void forgetUpTo(long counter) {
    long from = Math.floorDiv(newest, (long) Long.SIZE);
    long ahead = Math.min(WORDS, counter / Long.SIZE - from);
    for (long step = 1; step <= ahead; step++) {
      seen[(int) Math.floorMod(from + step, (long) WORDS)] = 0;
    }
  }

  private static int word(long counter) {
    return (int) (counter / Long.SIZE % WORDS);
  }
}
