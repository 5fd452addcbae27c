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
import java.util.Optional;
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

  /** Another module, under living interfaces. */
  static Playbook playbook(String waves) {
    return playbook(waves, "packages: {wireguard-dkms: 1.0.1}, activate: reload-module", "");
  }

  /**
   * @param change in one line
   * @param more further lines
   */
  static Playbook playbook(String waves, String change, String more) {
    return playbook(waves, change, "", more);
  }

  /**
   * The same, with a control.
   *
   * @param control how many gateways, or empty for none
   */
  static Playbook playbook(String waves, String change, String control, String more) {
    String text =
        """
        kind: Playbook
        name: simulated
        select: all
        change: {%s}
        waves: %s
        observe: {baseline: 5s, window: 30s%s}
        %s
        """
            .formatted(
                change,
                waves,
                control.isEmpty() ? "" : ", control: " + control,
                more.isEmpty() ? "lease: {apply: 60s, confirm: 60s}" : more);
    return PlaybookReader.read("simulated.yaml", text);
  }

  /** Another module, beside gateways that are not changed before the last wave. */
  static Playbook beside(String control, String waves) {
    return playbook(
        waves, "packages: {wireguard-dkms: 1.0.1}, activate: reload-module", control, "");
  }

  /** Settings of the kernel and of the interface. */
  static Playbook settings(String waves) {
    return playbook(
        waves, "config: {wg0: {mtu: 1380}}, tuning: {sysctl: {net.core.rmem_max: 1048576}}", "");
  }

  /** Another kernel, booted once before it is confirmed. */
  static Playbook kernel(String waves) {
    return playbook(
        waves,
        "kernel: {packages: {linux-image-6.12.9: 6.12.9-1}}, activate: reboot",
        "lease: {apply: 60s, reboot: 120s, confirm: 60s}");
  }

  static List<Gateway> gateways(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> gateway("gw" + i)).toList();
  }

  /** Neighbours stand in for each other: the first and the second, the third and the fourth. */
  static List<Gateway> pairs(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> {
          Gateway one = gateway("gw" + i);
          return new Gateway(
              one.name(),
              one.target(),
              one.tags(),
              one.site(),
              "pair" + (i + 1) / 2,
              Optional.empty(),
              false);
        })
        .toList();
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
    return trial(seed, playbook(waves), gateways(gateways), folder);
  }

  /** A trial in which nothing goes wrong. */
  static Trial trial(long seed, Playbook playbook, List<Gateway> gateways, Path folder) {
    return new Trial(
        seed, playbook, gateways, 8, Fate.GOOD, Map.of(), List.of(), List.of(), SECOND, folder);
  }
}
