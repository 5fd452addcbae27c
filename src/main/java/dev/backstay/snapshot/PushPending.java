package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * That the remote lacks what is here, and why. Which commits those are Git knows itself.
 *
 * @param since the first attempt that failed
 * @param last the last one
 * @param attempts at least 1
 * @param error one line
 */
public record PushPending(Instant since, Instant last, int attempts, String error) {

  /** Empty if nothing is pending, or if the file says nothing that can be read. */
  static Optional<PushPending> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file);
    try {
      return Optional.of(
          new PushPending(
              Instant.parse(lines.get(0)),
              Instant.parse(lines.get(1)),
              Integer.parseInt(lines.get(2)),
              lines.get(3)));
    } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException damaged) {
      return Optional.empty();
    }
  }

  /** One more failure. */
  static void failed(Path file, Instant now, String error) throws IOException {
    Instant second = now.truncatedTo(ChronoUnit.SECONDS);
    Optional<PushPending> before = read(file);
    List<String> lines =
        List.of(
            before.map(PushPending::since).orElse(second).toString(),
            second.toString(),
            Integer.toString(before.map(PushPending::attempts).orElse(0) + 1),
            error.replaceAll("\\p{Cntrl}+", " "));
    PrivateFile.replace(file, String.join("\n", lines) + "\n");
  }

  static void done(Path file) throws IOException {
    Files.deleteIfExists(file);
  }
}
