package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.drill.CommandInLab.Ended;
import dev.backstay.lab.Lab;
import dev.backstay.lab.LabOptions;
import dev.backstay.testing.LabExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pair of real gateways behind a switch: a client's TCP session lives on while its gateway is
 * drained, upgraded, rolled back and given its clients again.
 */
@Tag("lab")
final class TrafficTest {

  @TempDir private static Path folder;
  private static Lab lab;
  private static CommandInLab command;
  private static LongSessions sessions;

  @BeforeAll
  static void bringUp() throws Exception {
    lab = Lab.at(folder.resolve("run"));
    lab.up(
        LabOptions.of(LabExtension.kernel(lab))
            .withSize(2, 6)
            .withPair()
            .in(folder.resolve("access"))
            .within(Duration.ofMinutes(10))
            .endingWithThisProcess(),
        System.out::println);
    command = new CommandInLab(lab, Files.createDirectory(folder.resolve("work")));
    Path traffic = Files.createDirectories(folder.resolve("work/playbooks/traffic"));
    Files.copy(Path.of("playbooks/examples/traffic/switch"), traffic.resolve("switch"));
    sessions = LongSessions.begin(command);
  }

  @AfterAll
  static void takeDown() {
    lab.down();
  }

  @Test
  void sessions_live_through_drain_upgrade_rollback_and_return() throws Exception {
    Ended broken = apply("1.1.3");
    assertThat(broken.status()).as(broken.output()).isEqualTo(3);
    assertThat(broken.output())
        .containsSubsequence("drain", "clients left", "return", "the clients are back");
    assertBothHave("1.0.0");
    sessions.assertTheyGoOn();

    Ended deaf = apply("1.1.0");
    assertThat(deaf.status()).as(deaf.output()).isEqualTo(3);
    assertThat(deaf.output())
        .containsSubsequence("drain", "apply", "return", "completed no handshake", "revert");
    assertBothHave("1.0.0");
    sessions.assertTheyGoOn();

    Ended good = apply("1.0.1");
    assertThat(good.status()).as(good.output()).isZero();
    assertBothHave("1.0.1");
    sessions.assertTheyGoOn();

    Ended back = command.run("rollback", rollout());
    assertThat(back.status()).as(back.output()).isEqualTo(3);
    assertThat(back.output()).containsSubsequence("drain", "revert", "return");
    assertBothHave("1.0.0");
    sessions.assertTheyGoOn();
    assertThat(command.on("lb1", "nft list map ip switch lanes"))
        .contains("21000-21999 : 198.18.0.11", "22000-22999 : 198.18.0.12");
  }

  private static Ended apply(String version) throws Exception {
    String text =
        Files.readString(Path.of("playbooks/examples/drained.yaml"))
            .replace("backstay-lab-wireguard: 1.0.1", "backstay-lab-wireguard: " + version);
    String file = command.write("playbooks/drained.yaml", text).toString();
    Ended ended = command.run("apply", "--yes", "-i", command.inventory(), file);
    System.out.println(ended.output());
    return ended;
  }

  /** The latest. */
  private static String rollout() throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("work/.backstay/rollouts"))) {
      return all.map(path -> path.getFileName().toString()).sorted().toList().getLast();
    }
  }

  private static void assertBothHave(String version) throws Exception {
    assertThat(command.installed("gw1")).isEqualTo(version);
    assertThat(command.installed("gw2")).isEqualTo(version);
  }
}
