package dev.backstay.rollout;

import dev.backstay.problem.ProblemException;
import dev.backstay.transaction.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * The journal of one rollout: JSON lines, each on the disk before {@link #append} returns, each
 * holding the hash of the one before. Safe for use by several threads; one process writes.
 */
public final class Journal implements AutoCloseable {
  /**
   * Of the lines that this version writes. It reads no later one. Since 2 a verdict says what each
   * gate said; what a line of 1 lacks is read as empty.
   */
  public static final int FORMAT = 2;

  static final String FIRST = "0".repeat(64);
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final FileChannel channel;
  private final Clock clock;
  private final Consumer<JournalLine> listener;
  private final RolloutState state = new RolloutState();
  private long written;
  private String previous = FIRST;

  private Journal(FileChannel channel, Clock clock, Consumer<JournalLine> listener) {
    this.channel = channel;
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * @param file must not exist; its folder is made
   * @param listener hears each line after it is on the disk
   */
  public static Journal create(Path file, Clock clock, Consumer<JournalLine> listener) {
    try {
      Path folder = file.toAbsolutePath().resolveSibling(".").normalize();
      OwnersOnly.makeFolder(folder);
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              OwnersOnly.FILE);
      sync(folder);
      return new Journal(channel, clock, listener);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Goes on with a journal. A torn last line is cut off: what it was about to say was never done.
   *
   * @param listener hears the lines that are there first, then each new one
   * @throws ProblemException {@code journal-missing}, {@code journal-damaged}, {@code
   *     journal-newer}
   */
  public static Journal reopen(Path file, Clock clock, Consumer<JournalLine> listener) {
    List<JournalLine> there = read(file);
    try {
      byte[] bytes = Files.readAllBytes(file);
      int whole = bytes.length;
      while (whole > 0 && bytes[whole - 1] != '\n') {
        whole--;
      }
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      channel.truncate(whole);
      channel.position(whole);
      channel.force(true);
      Journal journal = new Journal(channel, clock, listener);
      there.forEach(journal::take);
      journal.previous = lastHash(new String(bytes, 0, whole, StandardCharsets.UTF_8));
      return journal;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String lastHash(String text) {
    return text.lines()
        .reduce((earlier, later) -> later)
        .map(line -> Sha256.hex(line.getBytes(StandardCharsets.UTF_8)))
        .orElse(FIRST);
  }

  private void take(JournalLine line) {
    written = line.seq();
    state.accept(line);
    listener.accept(line);
  }

  /** A file is only there after a power cut if its folder was synced as well. */
  private static void sync(Path folder) throws IOException {
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Returns when the line is on the disk. What it announces is done after that. */
  public synchronized void append(Event event) {
    JournalLine line = new JournalLine(written + 1, clock.instant(), previous, event);
    byte[] bytes = JSON.writeValueAsBytes(line);
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length + 1).put(bytes).put((byte) '\n').flip();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException("the journal cannot be written, so nothing more is done", e);
    }
    previous = Sha256.hex(bytes);
    take(line);
  }

  /** The fold of everything written so far; grows with it. */
  public RolloutState state() {
    return state;
  }

  /**
   * Reads a journal. A torn last line is what a power cut leaves, and is dropped; damage before it
   * is not, and is refused.
   *
   * @throws ProblemException {@code journal-missing}, {@code journal-damaged}, {@code
   *     journal-newer}
   */
  public static List<JournalLine> read(Path file) {
    String text;
    try {
      // Whatever the bytes are: those that are no text are damage like any other.
      text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ProblemException(
          "journal-missing",
          file.toString(),
          "there is no readable journal here",
          "backstay rollouts lists those there are");
    }
    List<String> lines = text.lines().toList();
    boolean torn = !text.endsWith("\n");
    if (!lines.isEmpty()) {
      newer(file, lines.getFirst());
    }
    List<JournalLine> read = new ArrayList<>();
    String previous = FIRST;
    for (int i = 0; i < lines.size(); i++) {
      if (torn && i == lines.size() - 1) {
        break;
      }
      read.add(line(file, i + 1, lines.get(i), previous));
      previous = Sha256.hex(lines.get(i).getBytes(StandardCharsets.UTF_8));
    }
    return read;
  }

  private static JournalLine line(Path file, int number, String text, String previous) {
    try {
      JournalLine line = JSON.readValue(text, JournalLine.class);
      if (line.seq() == number && line.previous().equals(previous) && isWhole(line)) {
        return line;
      }
    } catch (JacksonException | NullPointerException unreadable) {
      // The same answer as for a broken chain.
    }
    throw new ProblemException(
        "journal-damaged",
        file + ":" + number,
        "this line is not the one that was written here",
        "do not go on from this journal; look at the gateways themselves (backstay facts)");
  }

  /** Whether everything is there that an event of its kind has; what is missing is read as null. */
  private static boolean isWhole(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Record one ->
          Arrays.stream(one.getClass().getRecordComponents())
              .allMatch(part -> isWhole(part(one, part)));
      case Collection<?> many -> many.stream().allMatch(Journal::isWhole);
      case Map<?, ?> named -> named.values().stream().allMatch(Journal::isWhole);
      default -> true;
    };
  }

  private static @Nullable Object part(Record one, RecordComponent part) {
    try {
      return part.getAccessor().invoke(one);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a part of an event can be read", e);
    }
  }

  /**
   * What a later version wrote is not damaged, only not understood, and its first line says so:
   * that there are lines that can be read does not make the rest of them mean the same.
   */
  private static void newer(Path file, String text) {
    int format;
    try {
      format = JSON.readTree(text).path("body").path("format").asInt(0);
    } catch (JacksonException noJson) {
      return;
    }
    if (format > FORMAT) {
      throw new ProblemException(
          "journal-newer",
          file.toString(),
          "this journal has format %d, and this Backstay knows up to %d".formatted(format, FORMAT),
          "go on with the version that began it");
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
