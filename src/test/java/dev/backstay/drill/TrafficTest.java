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
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
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
  private static final String SERVICE = "198.18.5.1 7777";

  @TempDir private static Path folder;
  private static Lab lab;
  private static CommandInLab command;

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
    command.on(
        "lb1",
        "systemd-run --quiet --unit=service perl /run/lab-seed/guest-session serve " + SERVICE);
    for (String client : List.of("gw1-c01", "gw2-c01")) {
      command.on(
          "clients",
          "setsid ip netns exec %1$s perl /run/lab-seed/guest-session call %2$s /run/session-%1$s >/dev/null 2>&1 </dev/null &"
              .formatted(client, SERVICE));
    }
    assertSessionsGoOn();
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
    assertSessionsGoOn();

    Ended deaf = apply("1.1.0");
    assertThat(deaf.status()).as(deaf.output()).isEqualTo(3);
    assertThat(deaf.output())
        .containsSubsequence("drain", "apply", "return", "completed no handshake", "revert");
    assertBothHave("1.0.0");
    assertSessionsGoOn();

    Ended good = apply("1.0.1");
    assertThat(good.status()).as(good.output()).isZero();
    assertBothHave("1.0.1");
    assertSessionsGoOn();

    Ended back = command.run("rollback", rollout());
    assertThat(back.status()).as(back.output()).isEqualTo(3);
    assertThat(back.output()).containsSubsequence("drain", "revert", "return");
    assertBothHave("1.0.0");
    assertSessionsGoOn();
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

  /** The very sessions that were begun first: one that breaks is not made anew. */
  private static void assertSessionsGoOn() {
    for (String client : List.of("gw1-c01", "gw2-c01")) {
      long[] before = {-1};
      Awaitility.await(client)
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofSeconds(2))
          .until(() -> {
            String[] now = command.on("clients", "cat /run/session-" + client).split(" ", 3);
            assertThat(now[2]).as(client).isEqualTo("open");
            long count = Long.parseLong(now[0]);
            boolean goesOn = before[0] >= 0 && count > before[0];
            before[0] = count;
            if (goesOn) {
              System.out.printf("%s: %s answers, longest pause %s s%n", client, now[0], now[1]);
            }
            return goesOn;
          });
    }
  }
}
