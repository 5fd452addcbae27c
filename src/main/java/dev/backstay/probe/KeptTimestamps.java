package dev.backstay.probe;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.backstay.problem.ProblemException;
import dev.backstay.wireguard.Tai64n;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/**
 * Timestamps that are on the disk before anybody uses them: after a crash the next one is later all
 * the same, also if the clock was set back meanwhile.
 */
final class KeptTimestamps implements Timestamps {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final Path lock;
  private final Path half;
  private final Clock clock;

  KeptTimestamps(Path file, Clock clock) {
    this.file = file;
    this.lock = file.resolveSibling(file.getFileName() + ".lock");
    this.half = file.resolveSibling(file.getFileName() + ".new");
    this.clock = clock;
  }

  /**
   * @throws ProblemException {@code probe-timestamp}: what is in the file is none
   */
  @Override
  public synchronized Tai64n next() {
    // The lock holds for this process as a whole; within it, this method's own does.
    try (FileChannel held = FileChannel.open(lock, Set.of(CREATE, WRITE), OWNER)) {
      held.lock();
      Tai64n now = Tai64n.of(clock.instant());
      Tai64n next = last().map(now::orAfter).orElse(now);
      write(next);
      return next;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Tai64n> last() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    return Optional.of(
        Tai64n.parse(text)
            .orElseThrow(() ->
                new ProblemException(
                    "probe-timestamp",
                    file.toString(),
                    "this is not the time of the last probe, which has 24 digits in hex",
                    "if the clock was never ahead, remove the file; otherwise probe with a new key,"
                        + " because gateways answer only to later times of the old one")));
  }

  private void write(Tai64n next) throws IOException {
    Files.deleteIfExists(half);
    try (FileChannel out = FileChannel.open(half, Set.of(CREATE_NEW, WRITE), OWNER)) {
      ByteBuffer text = ByteBuffer.wrap((next.hex() + "\n").getBytes(StandardCharsets.US_ASCII));
      while (text.hasRemaining()) {
        out.write(text);
      }
      out.force(true);
    }
    Files.move(half, file, REPLACE_EXISTING, ATOMIC_MOVE);
  }
}
