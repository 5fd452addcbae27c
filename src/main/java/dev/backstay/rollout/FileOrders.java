package dev.backstay.rollout;

import dev.backstay.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Orders as files in a folder: how a second command speaks to the one that runs a rollout. Also of
 * this process: a signal is an order like any other.
 */
public final class FileOrders implements Orders {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final Time time;

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
      Files.createDirectories(folder);
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
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Event.Ordered> orders = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> given =
          files.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList();
      for (Path file : given) {
        orders.add(JSON.readValue(Files.readAllBytes(file), Event.Ordered.class));
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return orders;
  }
}
