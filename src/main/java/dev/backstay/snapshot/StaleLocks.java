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
 * Removes the lock files of Git that a crash left in a repository. Asked while the lock is held
 * under which this controller touches that repository, so none of its processes can be their owner;
 * whoever else holds one does so for milliseconds. So they are stale if they are older than a
 * minute, or if the holder of our lock died and they were made in its time.
 *
 * @param youngest how old one must be at least, where others write as well
 */
record StaleLocks(Clock clock, Duration youngest) {
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
    Instant now = clock.instant();
    boolean ofTheDead = held.crashedSince().map(since -> !made.isBefore(since)).orElse(false);
    return made.isBefore(now.minus(SURELY_OLD))
        || (ofTheDead && !made.isAfter(now.minus(youngest)));
  }
}
