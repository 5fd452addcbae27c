package dev.backstay.rollout;

import dev.backstay.health.Tally;
import java.time.Duration;

/** Looks on while a rollout runs. Called from several threads. */
public interface Spectator {
  /** After the line is on the disk. */
  void written(JournalLine line);

  /** Once a second for each gateway whose clients are watched. */
  void watched(String gateway, Tally tally, Duration leaseLeft);
}
