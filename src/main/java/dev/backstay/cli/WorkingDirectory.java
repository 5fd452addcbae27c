package dev.backstay.cli;

import dev.backstay.gateway.KnownFacts;
import dev.backstay.playbook.FreezeReader;
import dev.backstay.probe.ProbePeers;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Calendar;
import dev.backstay.rollout.GatewayLocks;
import dev.backstay.snapshot.VaultPlace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The unit of use: {@code playbooks/}, {@code inventories/} and {@code snapshots/} beside {@code
 * .backstay/}, which holds the journals and the controller's own keys.
 */
record WorkingDirectory(Path path) {
  static WorkingDirectory here() {
    return new WorkingDirectory(Path.of("").toAbsolutePath());
  }

  /**
   * This folder, once it is known to be a working directory.
   *
   * @throws ProblemException {@code not-a-working-directory}
   */
  WorkingDirectory made() {
    if (!Files.isDirectory(hidden())) {
      throw new ProblemException(
          "not-a-working-directory",
          path.toString(),
          "this folder is not a working directory",
          "go to the one you have, or make this one: backstay init");
    }
    return this;
  }

  Path hidden() {
    return path.resolve(".backstay");
  }

  Path identity() {
    return hidden().resolve("vault-identity");
  }

  /** Opened by a key in a token. */
  Path wrappedIdentity() {
    return hidden().resolve("vault-identity.wrapped");
  }

  VaultPlace vault() {
    return VaultPlace.in(path);
  }

  Path journal(String rollout) {
    return hidden().resolve("rollouts").resolve(rollout).resolve("journal.jsonl");
  }

  /** What nobody could be told of a rollout. */
  Path undelivered(String rollout) {
    return journal(rollout).resolveSibling("undelivered.jsonl");
  }

  /** Who is told what a rollout does; need not be there. */
  Path notifications() {
    return path.resolve("notify.yaml");
  }

  /** Versions that rollouts have proved; need not be there. */
  Path knownGood() {
    return path.resolve("known-good.yaml");
  }

  /** Where everything about one rollout is. */
  RolloutFolder rollout(String id) {
    return new RolloutFolder(hidden().resolve("rollouts").resolve(id));
  }

  /**
   * The same id, once there is such a rollout.
   *
   * @throws ProblemException {@code unknown-rollout}
   */
  String known(String id) {
    if (!rollouts().contains(id)) {
      throw new ProblemException(
          "unknown-rollout",
          id,
          "there is no such rollout in this working directory",
          "backstay rollouts lists them");
    }
    return id;
  }

  /** When the journal of any rollout made here last grew. */
  Optional<Instant> lastRolloutLine() {
    List<String> all = rollouts();
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(modified(hidden().resolve("rollouts").resolve(all.getLast())).toInstant());
  }

  /** The time that the last probe of a gateway gave as its own; no secret. */
  Path probeTimestamp() {
    return hidden().resolve("probe-timestamp");
  }

  /** Peers of gateways that are there for probes alone; their keys are encrypted. */
  ProbePeers probePeers() {
    return new ProbePeers(hidden().resolve("probe"));
  }

  /** What gateways told when they were last asked. */
  KnownFacts knownFacts() {
    return new KnownFacts(hidden().resolve("facts"), Clock.systemUTC());
  }

  /** What was measured where nothing was changed. */
  Calibrations calibrations() {
    return new Calibrations(hidden().resolve("calibrations"));
  }

  GatewayLocks locks() {
    return new GatewayLocks(hidden().resolve("locks"));
  }

  /**
   * Takes away the locks of rollouts with which nothing is left to do: a controller of this machine
   * died after the last line of its journal, or before the first.
   *
   * @param host this machine, as locks name it; those of others are left alone
   */
  void letGoOfWhatIsOver(String host) {
    locks().all().stream()
        .filter(lock -> lock.host().equals(host))
        .map(GatewayLocks.Lock::rollout)
        .distinct()
        .filter(id -> rollout(id).isOver())
        .forEach(locks()::release);
  }

  /** Where a plan goes that was given no place. */
  Path plan(String id) {
    return path.resolve("plans").resolve(id + ".json");
  }

  /** People who may approve, with their keys. */
  Path approvers() {
    return path.resolve("approvers");
  }

  /** When nothing may be changed. Nothing is frozen where there is no such file. */
  Calendar calendar() {
    Path file = path.resolve("freezes.yaml");
    return Files.exists(file) ? new Calendar(FreezeReader.read(file)) : Calendar.OPEN;
  }

  /** Ids of the rollouts that were made here, oldest first. */
  List<String> rollouts() {
    Path folder = hidden().resolve("rollouts");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> Files.exists(entry.resolve("journal.jsonl")))
          .sorted(Comparator.comparing(WorkingDirectory::modified))
          .map(entry -> entry.getFileName().toString())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static java.nio.file.attribute.FileTime modified(Path rollout) {
    try {
      return Files.getLastModifiedTime(rollout.resolve("journal.jsonl"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The inventory that was named, else the only one in {@code inventories/}.
   *
   * @throws ProblemException {@code which-inventory}, {@code not-a-working-directory}
   */
  Path inventory(Optional<Path> named) {
    return named.orElseGet(() -> {
      List<Path> found = yamlFiles(path.resolve("inventories"));
      if (found.size() == 1) {
        return found.getFirst();
      }
      made();
      throw new ProblemException(
          "which-inventory",
          path.resolve("inventories").toString(),
          found.isEmpty() ? "there is no inventory here" : "there are several inventories here",
          "name one: --inventory FILE");
    });
  }

  private static List<Path> yamlFiles(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(p -> p.toString().matches(".*\\.ya?ml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
