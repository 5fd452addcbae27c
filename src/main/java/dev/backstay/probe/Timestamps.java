package dev.backstay.probe;

import dev.backstay.wireguard.Tai64n;
import java.nio.file.Path;
import java.time.Clock;

/**
 * Times for initiations, each later than all before it, whatever the clock does: a gateway takes no
 * other. Safe for use by several threads.
 */
public interface Timestamps {
  Tai64n next();

  /**
   * Kept in a file, so that they go on where the last process stopped. Several processes may share
   * it.
   *
   * @param file made with mode 0600 when there is none; holds no secret
   */
  static Timestamps keptIn(Path file, Clock clock) {
    return new KeptTimestamps(file, clock);
  }
}
