package dev.backstay.rollout;

import dev.backstay.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Orders as files in a folder: how a second command speaks to the one that runs a rollout. Also of
 * this process: a signal is an order like any other.
 */
public final class FileOrders implements Orders {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** Who gave an order that cannot be read. */
  private static final String NOBODY = "somebody";

  private final Path folder;
  private final Time time;
  private final List<Path> told = new ArrayList<>();

  /**
   * @param folder made when the first order is given
   */
  public FileOrders(Path folder, Time time) {
    this.folder = folder;
    this.time = time;
  }

  /** Whole or not at all; named by time, so that orders stay in their order. */
  public void give(Event.Ordered order) {
    try {
      OwnersOnly.makeFolder(folder);
      Path fresh = Files.createTempFile(folder, ".order", "");
      Files.write(fresh, JSON.writeValueAsBytes(order));
      Files.move(
          fresh,
          folder.resolve("%020d-%s".formatted(time.clock().millis(), UUID.randomUUID())),
          StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized List<Event.Ordered> fresh() {
    told.clear();
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Event.Ordered> orders = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> given =
          files.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList();
      for (Path file : given) {
        orders.add(read(file));
        told.add(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return orders;
  }

  /**
   * Somebody wanted something, and it may have been to stop: until a person says what, no further
   * wave begins.
   */
  private static Event.Ordered read(Path file) throws IOException {
    try {
      Event.Ordered order = JSON.readValue(Files.readAllBytes(file), Event.Ordered.class);
      return new Event.Ordered(
          Objects.requireNonNull(order.order()),
          Objects.requireNonNull(order.by()),
          Objects.requireNonNull(order.reason()));
    } catch (JacksonException | NullPointerException damaged) {
      return new Event.Ordered(
          OrderWord.PAUSE,
          NOBODY,
          "an order could not be read (%s); say it again".formatted(file.getFileName()));
    }
  }

  @Override
  public synchronized void kept() {
    try {
      for (Path file : told) {
        Files.deleteIfExists(file);
      }
      told.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
