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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pair of real gateways behind a switch: one takes over the clients of the other, and their TCP
 * sessions live on, there and back again.
 */
@Tag("lab")
final class TakeoverTest {
  private static final String ON_GW1 = "22000-22999 : 198.18.0.11";
  private static final String ON_GW2 = "22000-22999 : 198.18.0.12";

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
    Files.copy(Path.of("playbooks/examples/traffic/takeover"), traffic.resolve("takeover"));
    emptyGw2();
    sessions = LongSessions.begin(command);
  }

  /** All clients are with gw1, and gw2 waits. */
  private static void emptyGw2() throws Exception {
    String script = Files.readString(Path.of("playbooks/examples/traffic/takeover"));
    command.on(
        "lb1",
        "cat >/root/takeover <<'END'\n%s\nEND\nenv BACKSTAY_GATEWAY=gw2 BACKSTAY_ADDRESS=198.18.0.12 BACKSTAY_NEW_GATEWAY=gw1 BACKSTAY_NEW_ADDRESS=198.18.0.11 sh /root/takeover apply"
            .formatted(script));
    Awaitility.await("gw1 has all clients")
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofSeconds(3))
        .until(() ->
            command.on("gw1", "wg show wg0 latest-handshakes | awk '$2 > 0' | wc -l").equals("12"));
  }

  @AfterAll
  static void takeDown() {
    lab.down();
  }

  @Test
  void sessions_live_through_a_takeover_a_bad_one_a_way_back_and_the_death_of_a_controller()
      throws Exception {
    Ended good = apply("gw2", "gw1", module("1.0.1"), "70s");
    assertThat(good.status()).as(good.output()).isZero();
    assertThat(good.output())
        .containsSubsequence(
            "gw2  apply", "gw2  switch", "gw2  is confirmed", "gw1 is kept ready", "gw2  release");
    assertVersions("1.0.0", "1.0.1");
    assertThat(lanes()).contains(ON_GW2);
    sessions.assertTheyGoOn();

    Ended deaf = apply("gw1", "gw2", module("1.1.0"), "1h");
    assertThat(deaf.status()).as(deaf.output()).isEqualTo(3);
    assertThat(deaf.output())
        .containsSubsequence("gw1  switch", "completed no handshake", "gw1  return", "gw1  revert");
    assertVersions("1.0.0", "1.0.1");
    assertThat(lanes()).contains(ON_GW2);
    sessions.assertTheyGoOn();

    Process kept = start("gw1", "gw2", "{}", "1h");
    String id = untilKept();
    assertThat(lanes()).contains(ON_GW1);
    sessions.assertTheyGoOn();
    Ended told = command.run("rollback", id);
    assertThat(told.status()).as(told.output()).isZero();
    Ended back = CommandInLab.end(kept);
    System.out.println(back.output());
    assertThat(back.status()).as(back.output()).isEqualTo(3);
    assertThat(back.output())
        .containsSubsequence("gw1  is confirmed", "gw1  return", "gw1  revert");
    assertThat(lanes()).contains(ON_GW2);
    sessions.assertTheyGoOn();

    Process dead = start("gw1", "gw2", "{}", "1h");
    String orphan = untilKept();
    CommandInLab.kill(dead);
    Awaitility.await("lb1 brings the clients back by itself")
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofSeconds(3))
        .until(() -> lanes().contains(ON_GW2));
    sessions.assertTheyGoOn();
    Ended found = command.run("resume", "-i", command.inventory(), orphan);
    System.out.println(found.output());
    assertThat(found.status()).as(found.output()).isEqualTo(3);
    assertThat(found.output()).contains("its clients went back by themselves");
    assertThat(lanes()).contains(ON_GW2);
    assertThat(command.on("gw1", "cat /var/lib/backstay/lease/state")).startsWith("reverted");
    sessions.assertTheyGoOn();
  }

  private static String lanes() throws Exception {
    return command.on("lb1", "nft list map ip switch lanes");
  }

  private static String module(String version) {
    return "{packages: {backstay-lab-wireguard: %s}, activate: reload-module}".formatted(version);
  }

  private static Process start(String heir, String old, String change, String keep)
      throws IOException {
    String text =
        """
        kind: Playbook
        name: takeover
        select: %s
        change: %s
        observe: {baseline: 15s, window: 40s}
        traffic:
          hosts: lb1
          takeover: {from: %s, apply: traffic/takeover, verify: traffic/takeover, revert: traffic/takeover, timeout: 20s}
          keep: %s
          unwatched: 2m
        """
            .formatted(heir, change, old, keep);
    String file = command.write("playbooks/takeover.yaml", text).toString();
    return command.start("apply", "--yes", "-i", command.inventory(), file);
  }

  private static Ended apply(String heir, String old, String change, String keep) throws Exception {
    Ended ended = CommandInLab.end(start(heir, old, change, keep));
    System.out.println(ended.output());
    return ended;
  }

  /** The latest rollout, once its old gateway is kept ready. */
  private static String untilKept() {
    String[] id = {""};
    Awaitility.await("the old gateway is kept ready")
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> {
          Path journal = command.journals().stream().sorted().toList().getLast();
          id[0] = String.valueOf(journal.getName(journal.getNameCount() - 2));
          List<String> lines = Files.readAllLines(journal);
          return lines.stream().anyMatch(line -> line.contains("\"event\":\"held\""))
              && lines.stream().noneMatch(line -> line.contains("\"event\":\"ended\""));
        });
    return id[0];
  }

  private static void assertVersions(String gw1, String gw2) throws Exception {
    assertThat(command.installed("gw1")).isEqualTo(gw1);
    assertThat(command.installed("gw2")).isEqualTo(gw2);
  }
}
