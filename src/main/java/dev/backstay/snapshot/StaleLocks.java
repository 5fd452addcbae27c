package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes the lock files of Git that a crash left in the repository. Asked while the vault's own
 * lock is held, so no process of this controller can be their owner; a foreign {@code git} holds
 * one for milliseconds. So they are stale if they are older than a minute, or if the holder of the
 * vault's lock died and they were made in its time.
 */
record StaleLocks(Clock clock) {
  private static final Duration SURELY_OLD = Duration.ofMinutes(1);

  private static final List<String> FILES =
      List.of(
          "refs/heads/main.lock",
          "refs/remotes/origin/main.lock",
          "packed-refs.lock",
          "HEAD.lock",
          "config.lock");

  /** Returns what was removed. */
  List<Path> clear(Path repository, VaultLock held) throws IOException {
    List<Path> removed = new ArrayList<>();
    for (String name : FILES) {
      Path file = repository.resolve(name);
      if (stale(file, held) && Files.deleteIfExists(file)) {
        removed.add(file);
      }
    }
    return removed;
  }

  private boolean stale(Path file, VaultLock held) throws IOException {
    Instant made;
    try {
      made = Files.getLastModifiedTime(file).toInstant();
    } catch (NoSuchFileException none) {
      return false;
    }
    return made.isBefore(clock.instant().minus(SURELY_OLD))
        || held.crashedSince().map(since -> !made.isBefore(since)).orElse(false);
  }
}
