package dev.backstay.simulation;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.ssh.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Playbooks and gateways for simulated rollouts. */
final class Fixture {
  static final Duration SECOND = Duration.ofSeconds(1);

  private Fixture() {}

  /** Journals of simulated rollouts are written and synced by the thousand: into memory. */
  static Path folder() {
    try {
      Path memory = Path.of("/dev/shm");
      return Files.isWritable(memory)
          ? Files.createTempDirectory(memory, "backstay-trial")
          : Files.createTempDirectory("backstay-trial");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the trials in this folder wrote is gone. */
  static void empty(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Playbook playbook(String waves) {
    String text =
        """
        kind: Playbook
        name: simulated
        select: all
        change:
          packages: {wireguard-dkms: 1.0.1}
          activate: reload-module
        waves: %s
        observe: {baseline: 5s, window: 30s}
        lease: {apply: 60s, confirm: 60s}
        """
            .formatted(waves);
    try {
      Path file = Files.createTempFile("playbook", ".yaml");
      Files.writeString(file, text);
      Playbook playbook = PlaybookReader.read(file);
      Files.delete(file);
      return playbook;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Gateway> gateways(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> gateway("gw" + i)).toList();
  }

  private static Gateway gateway(String name) {
    return new Gateway(
        name,
        new Target(name, name + ".example.net", 22, "root", List.of(), Path.of("none"), List.of()),
        Set.of(),
        "");
  }

  /** A trial in which nothing goes wrong. */
  static Trial trial(long seed, int gateways, String waves, Path folder) {
    return new Trial(
        seed,
        playbook(waves),
        gateways(gateways),
        8,
        Fate.GOOD,
        Map.of(),
        List.of(),
        SECOND,
        folder);
  }
}
