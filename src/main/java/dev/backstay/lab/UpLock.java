package dev.backstay.lab;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Keeps two processes from bringing up the same lab. The kernel frees it when its owner ends. */
record UpLock(FileChannel channel) implements AutoCloseable {
  /**
   * @throws ProblemException {@code lab-busy} if another process has it
   */
  static UpLock take(Path file) {
    return tryTake(file)
        .orElseThrow(() ->
            new ProblemException(
                "lab-busy", "lab", "another process is bringing the lab up", "wait for it"));
  }

  /** Removes the lock's file, unless somebody has the lock. */
  static void remove(Path file) {
    if (Files.exists(file)) {
      tryTake(file)
          .ifPresent(lock -> {
            try (lock) {
              PrivateFiles.removeFile(file);
            }
          });
    }
  }

  private static Optional<UpLock> tryTake(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      PrivateFiles.directory(parent);
    }
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      // A lock on a file that was removed meanwhile protects nobody.
      if (isLocked(channel) && Files.exists(file)) {
        return Optional.of(new UpLock(channel));
      }
      channel.close();
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
