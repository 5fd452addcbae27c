package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.FileOrders;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.RolloutState;
import dev.backstay.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** What is kept of one rollout: its journal, the plan that it carries out, and orders for it. */
record RolloutFolder(Path path) {
  String id() {
    return path.getFileName().toString();
  }

  Path journal() {
    return path.resolve("journal.jsonl");
  }

  Path plan() {
    return path.resolve("plan.json");
  }

  FileOrders orders() {
    return new FileOrders(path.resolve("orders"), Time.real());
  }

  /** Held as long as a controller runs this rollout; the system lets go of it when that dies. */
  interface Running extends AutoCloseable {
    @Override
    void close();
  }

  /** Nothing if another controller of this machine runs it. */
  Optional<Running> take() {
    try {
      Files.createDirectories(path);
      FileChannel channel =
          FileChannel.open(
              path.resolve("running"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      Optional<FileLock> lock = lock(channel);
      if (lock.isEmpty()) {
        channel.close();
      }
      return lock.map(held -> () -> close(channel));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<FileLock> lock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException sameProcess) {
      return Optional.empty();
    }
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws ProblemException {@code rollout-runs}
   */
  Running takeOrRefuse() {
    return take()
        .orElseThrow(() ->
            new ProblemException(
                "rollout-runs",
                id(),
                "a controller is at work on this rollout",
                "backstay pause|continue|abort|rollback %s speaks to it".formatted(id())));
  }

  boolean isRunning() {
    Optional<Running> free = take();
    free.ifPresent(Running::close);
    return free.isEmpty();
  }

  /** Whether nobody is at it and its journal has come to the end, or was never begun. */
  boolean isOver() {
    if (isRunning()) {
      return false;
    }
    RolloutState state =
        RolloutState.fold(Files.exists(journal()) ? Journal.read(journal()) : List.of());
    return state.started().isEmpty() || state.end().isPresent();
  }
}
