package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who holds it is the only process of this controller that does a certain thing: others wait for
 * their turn. The kernel lets go of it when the holder dies. While it is held its file names the
 * holder, so a file that names one although nobody holds it tells of a crash.
 */
final class VaultLock implements AutoCloseable {
  /** How often a waiter looks again. */
  private static final Duration PAUSE = Duration.ofMillis(15);

  private final FileChannel channel;
  private final FileLock lock;
  private final Optional<Instant> crashedSince;

  private VaultLock(FileChannel channel, FileLock lock, Optional<Instant> crashedSince) {
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
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PrivateFile.OWNER_ONLY);
    try {
      @Nullable FileLock lock = attempt(channel);
      while (lock == null) {
        if (System.nanoTime() > end) {
          throw VaultProblems.busy(file, holder(channel), limit);
        }
        Thread.sleep(PAUSE);
        lock = attempt(channel);
      }
      Optional<Instant> crashed =
          channel.size() == 0
              ? Optional.empty()
              : Optional.of(Files.getLastModifiedTime(file).toInstant());
      channel.truncate(0);
      byte[] me = ("process " + ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
      channel.write(ByteBuffer.wrap(me), 0);
      return new VaultLock(channel, lock, crashed);
    } catch (InterruptedException e) {
      channel.close();
      Thread.currentThread().interrupt();
      throw VaultProblems.busy(file, "the wait was interrupted", limit);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Null while another process, or another part of this one, holds it. */
  private static @Nullable FileLock attempt(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException thisProcess) {
      return null;
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
    }
  }
}
