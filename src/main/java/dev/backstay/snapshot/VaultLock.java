package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who holds it is the only one of this controller that does a certain thing: others wait for their
 * turn. The kernel lets go of it when the holder dies. While it is held its file names the holder,
 * so a file that names one although nobody holds it tells of a crash.
 */
final class VaultLock implements AutoCloseable {
  /** How often a waiter looks again. */
  private static final Duration PAUSE = Duration.ofMillis(15);

  /**
   * Between the parts of this process. The kernel's lock belongs to the process as a whole, and
   * goes when any part of it closes the file (POSIX, fcntl), so only who has this may open that.
   */
  private static final Map<Path, Semaphore> IN_THIS_PROCESS = new ConcurrentHashMap<>();

  private final Semaphore turn;
  private final FileChannel channel;
  private final FileLock lock;
  private final Optional<Instant> crashedSince;

  private VaultLock(
      Semaphore turn, FileChannel channel, FileLock lock, Optional<Instant> crashedSince) {
    this.turn = turn;
    this.channel = channel;
    this.lock = lock;
    this.crashedSince = crashedSince;
  }

  /**
   * @param limit how long to wait for a turn
   * @throws dev.backstay.problem.ProblemException {@code vault-busy}
   */
  static VaultLock acquire(Path file, Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    Path folder = file.toAbsolutePath().resolveSibling("").toRealPath();
    Semaphore turn =
        IN_THIS_PROCESS.computeIfAbsent(
            folder.resolve(file.getFileName()), name -> new Semaphore(1, true));
    try {
      if (!turn.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        throw VaultProblems.busy(file, "another part of this process", limit);
      }
      return open(turn, file, end, limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw VaultProblems.busy(file, "another part of this process", limit);
    }
  }

  /**
   * @param turn held; given back if this fails
   */
  private static VaultLock open(Semaphore turn, Path file, long end, Duration limit)
      throws IOException, InterruptedException {
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              PrivateFile.OWNER_ONLY);
      return locked(turn, channel, file, end, limit);
    } catch (IOException | InterruptedException | RuntimeException e) {
      turn.release();
      throw e;
    }
  }

  private static VaultLock locked(
      Semaphore turn, FileChannel channel, Path file, long end, Duration limit)
      throws IOException, InterruptedException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      while (lock == null) {
        if (System.nanoTime() > end) {
          throw VaultProblems.busy(file, holder(channel), limit);
        }
        Thread.sleep(PAUSE);
        lock = channel.tryLock();
      }
      Optional<Instant> crashed =
          channel.size() == 0
              ? Optional.empty()
              : Optional.of(Files.getLastModifiedTime(file).toInstant());
      channel.truncate(0);
      byte[] me = ("process " + ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
      channel.write(ByteBuffer.wrap(me), 0);
      return new VaultLock(turn, channel, lock, crashed);
    } catch (IOException | InterruptedException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(64);
    channel.read(text, 0);
    return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
  }

  /** When the holder before this one began, if it died while it held the lock. */
  Optional<Instant> crashedSince() {
    return crashedSince;
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      channel.truncate(0);
      lock.release();
    } finally {
      turn.release();
    }
  }
}
