package dev.backstay.rollout;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * One rollout per gateway and working directory: a file for each gateway that a rollout has not
 * finished with. A lock has no time limit: that of a controller that died stays until its rollout
 * is resumed or aborted, or a person takes it away by its id. The gateway itself refuses a second
 * lease and an older controller besides.
 */
public final class GatewayLocks {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Path folder;

  /**
   * @param folder made when needed
   */
  public GatewayLocks(Path folder) {
    this.folder = folder;
  }

  /**
   * @param id names this lock, for {@code unlock}
   * @param process of the controller, on its host
   * @param processStarted tells it from a later process with the same number
   */
  public record Lock(
      String id,
      String gateway,
      String rollout,
      String by,
      String host,
      long process,
      Instant processStarted,
      Instant since) {
    /** Whether its controller is seen to run on this machine. */
    public boolean isAlive(String here) {
      return host.equals(here)
          && ProcessHandle.of(process)
              .flatMap(handle -> handle.info().startInstant())
              .filter(processStarted::equals)
              .isPresent();
    }
  }

  /**
   * All of them or none. Those that this rollout has already stay.
   *
   * @throws ProblemException {@code gateway-locked}, for each gateway that another rollout has;
   *     {@code lock-damaged}
   */
  public void acquire(List<Lock> wanted, String here) {
    List<Lock> got = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (Lock lock : wanted) {
      try {
        Lock holder = createOrFind(lock);
        if (holder.equals(lock)) {
          got.add(lock);
        } else if (!holder.rollout().equals(lock.rollout())) {
          problems.add(taken(holder, here));
        }
      } catch (ProblemException damaged) {
        problems.addAll(damaged.problems());
      }
    }
    if (!problems.isEmpty()) {
      got.forEach(lock -> remove(lock.gateway()));
      throw new ProblemException(problems);
    }
  }

  /** Whose lock is there now: one that is let go of between two looks is tried for again. */
  private Lock createOrFind(Lock lock) {
    while (!create(lock)) {
      Optional<Lock> other = read(lock.gateway());
      if (other.isPresent()) {
        return other.get();
      }
    }
    return lock;
  }

  private static Problem taken(Lock other, String here) {
    return new Problem(
        "gateway-locked",
        other.gateway(),
        "rollout %s has it since %s (%s, process %d on %s%s)"
            .formatted(
                other.rollout(),
                other.since(),
                other.by(),
                other.process(),
                other.host(),
                other.host().equals(here) && !other.isAlive(here) ? ", which is gone" : ""),
        "wait for it, or end it: backstay resume|abort %s; if it is not to be ended: backstay unlock --id %s"
            .formatted(other.rollout(), other.id()));
  }

  /** Of a rollout that has ended. */
  public void release(String rollout) {
    all().stream()
        .filter(lock -> lock.rollout().equals(rollout))
        .forEach(lock -> remove(lock.gateway()));
  }

  /**
   * Takes one lock away, whoever has it.
   *
   * @throws ProblemException {@code unknown-lock}
   */
  public Lock unlock(String id) {
    Lock lock =
        all().stream()
            .filter(one -> one.id().equals(id))
            .findFirst()
            .orElseThrow(() ->
                new ProblemException(
                    "unknown-lock",
                    id,
                    "there is no lock with this id",
                    "backstay locks lists them"));
    remove(lock.gateway());
    return lock;
  }

  /** By gateway. */
  public List<Lock> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .flatMap(name -> read(name).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A link is there with its whole content or not at all. */
  private boolean create(Lock lock) {
    try {
      Files.createDirectories(folder);
      Path whole = Files.createTempFile(folder, ".lock", "");
      try {
        Files.write(whole, JSON.writeValueAsBytes(lock));
        Files.createLink(folder.resolve(lock.gateway()), whole);
        return true;
      } catch (FileAlreadyExistsException there) {
        return false;
      } finally {
        Files.delete(whole);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Lock> read(String gateway) {
    Path file = folder.resolve(gateway);
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), Lock.class));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (JacksonException damaged) {
      throw new ProblemException(
          "lock-damaged",
          file.toString(),
          "this lock cannot be read, so nobody knows whose it is",
          "see that no rollout runs, then remove the file");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void remove(String gateway) {
    try {
      Files.deleteIfExists(folder.resolve(gateway));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
