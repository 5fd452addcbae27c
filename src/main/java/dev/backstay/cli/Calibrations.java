package dev.backstay.cli;

import dev.backstay.health.Calibration;
import dev.backstay.health.Sample;
import dev.backstay.playbook.Playbook;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.OwnersOnly;
import dev.backstay.rollout.Stamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What was measured in this working directory: a file for each time, named by it. */
record Calibrations(Path folder) {
  private static final int FORMAT = 1;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * One measurement.
   *
   * @param id names it, and sorts by time
   * @param at when it ended
   * @param windowSeconds for which clients were waited for
   * @param lost of each gateway: its clients, and those that were not heard again
   */
  record Kept(int format, String id, Instant at, long windowSeconds, Map<String, Sample> lost) {
    Calibration fit() {
      return Calibration.of(List.copyOf(lost.values()));
    }
  }

  static Kept made(Instant at, Duration window, Map<String, Sample> lost) {
    return new Kept(FORMAT, Stamp.of(at), at, window.toSeconds(), lost);
  }

  Path keep(Kept one) {
    Path file = folder.resolve(one.id() + ".json");
    try {
      OwnersOnly.makeFolder(folder);
      Files.writeString(file, JSON.writeValueAsString(one) + "\n", StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** Oldest first. */
  List<Kept> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(Calibrations::read)
          .collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Optional<Kept> newest() {
    List<Kept> all = all();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  /**
   * A playbook whose gates know what was measured, if they ask for it.
   *
   * @throws ProblemException {@code not-calibrated} if that is too long ago, or was never done
   */
  Playbook require(Playbook playbook, Instant now) {
    return playbook.gates().calibration().isEmpty()
        ? playbook
        : knowing(playbook, young(playbook.gates().calibration().get(), now));
  }

  /**
   * The same for a rollout that has begun: it is gone on with, or taken back, whatever became of
   * what was measured.
   */
  Playbook ifThereIsOne(Playbook playbook) {
    if (playbook.gates().calibration().isEmpty()) {
      return playbook;
    }
    try {
      return newest().map(one -> knowing(playbook, one)).orElse(playbook);
    } catch (ProblemException unreadable) {
      return playbook;
    }
  }

  private Kept young(Duration age, Instant now) {
    Optional<Kept> newest = newest();
    // One from a time to come was kept by a clock that was set back: nobody knows how old it is.
    if (newest
        .filter(one -> !one.at().isAfter(now) && !one.at().isBefore(now.minus(age)))
        .isPresent()) {
      return newest.get();
    }
    throw new ProblemException(
        "not-calibrated",
        "gates",
        newest
            .map(one ->
                "the newest calibration, %s, is older than %d h".formatted(one.id(), age.toHours()))
            .orElse("there is no calibration in this working directory"),
        "measure what is ordinary, while nothing is changed: backstay calibrate");
  }

  private static Playbook knowing(Playbook playbook, Kept one) {
    return playbook.judgedBy(playbook.gates().knowing(one.fit().ordinary(one.id())));
  }

  private static Kept read(Path file) {
    try {
      Kept kept = JSON.readValue(Files.readString(file), Kept.class);
      if (kept.format() == FORMAT) {
        return kept;
      }
    } catch (JacksonException | IOException unreadable) {
      // The same answer as for a format of another version.
    }
    throw new ProblemException(
        "calibration-unreadable",
        file.toString(),
        "this is no calibration that this version can read",
        "move it away, and measure again: backstay calibrate");
  }
}
