package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstay.lab.Lab;
import dev.backstay.testing.LabExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Real gateways go back to what the vault holds, with the tool and without it. */
@Tag("lab")
@ExtendWith(LabExtension.class)
final class RestoreOnGatewaysTest {
  private static final int CLIENTS = 20;

  /** The block of the README that people follow when they have nothing else. */
  private static final Pattern RECOVERY =
      Pattern.compile("(?s)### Recover without Backstay.*?```sh\n(.*?)```");

  private final Lab lab;
  private final Path folder;
  private final CommandInLab command;

  RestoreOnGatewaysTest(Lab lab, @TempDir Path folder) throws Exception {
    this.lab = lab;
    this.folder = folder;
    this.command = new CommandInLab(lab, folder);
  }

  @Test
  void a_gateway_goes_back_to_its_snapshot_and_its_clients_come_back() throws Exception {
    snapshot("gw1");
    String key = command.on("gw1", "wg show wg0 public-key");
    command.on(
        "gw1",
        "cp -p /etc/wireguard/wg0.conf /root/kept;"
            + " sed -i \"s#^PrivateKey.*#PrivateKey = $(wg genkey)#\" /etc/wireguard/wg0.conf;"
            + " echo net.ipv4.tcp_ecn=1 >/etc/sysctl.d/added.conf; systemctl restart wg-quick@wg0");
    assertThat(command.on("gw1", "wg show wg0 public-key")).isNotEqualTo(key);

    CommandInLab.Ended restored =
        command.run("snapshot", "restore", "gw1", "--yes", "-i", command.inventory());

    assertThat(restored.status()).as(restored.output()).isZero();
    assertThat(restored.output())
        .contains("replace    /etc/wireguard/wg0.conf")
        .contains("leave      /etc/sysctl.d/added.conf")
        .contains("Read back: gw1 is as in that snapshot.");
    assertThat(command.on("gw1", "wg show wg0 public-key")).isEqualTo(key);
    command.on("gw1", "cmp /root/kept /etc/wireguard/wg0.conf");
    command.on("gw1", "test -e /etc/sysctl.d/added.conf; test ! -e /var/lib/backstay/lease/old");
    allClientsShakeHandsAgain("gw1", command.on("gw1", "date +%s -d '-60 seconds'"));

    CommandInLab.Ended again =
        command.run("snapshot", "restore", "gw1", "--yes", "-i", command.inventory());
    assertThat(again.output()).contains("Nothing to do: gw1 is as in that snapshot.");
    command.on("gw1", "rm /etc/sysctl.d/added.conf /root/kept");
  }

  @Test
  void an_empty_gateway_gets_everything_back() throws Exception {
    snapshot("gw1");
    String before = command.on("gw1", "wg show wg0 public-key; wg show wg0 peers | sort");
    command.on(
        "gw1",
        "systemctl disable --now wg-quick@wg0; rm -rf /etc/wireguard /var/lib/backstay /run/backstay");
    String since = command.on("gw1", "date +%s");

    CommandInLab.Ended restored =
        command.run("snapshot", "restore", "gw1", "--yes", "-i", command.inventory());

    assertThat(restored.status()).as(restored.output()).isZero();
    assertThat(restored.output())
        .contains("add        /etc/wireguard/wg0.conf")
        .contains("which is not there now");
    assertThat(command.on("gw1", "wg show wg0 public-key; wg show wg0 peers | sort"))
        .isEqualTo(before);
    assertThat(command.on("gw1", "systemctl is-enabled wg-quick@wg0")).isEqualTo("enabled");
    allClientsShakeHandsAgain("gw1", since);
  }

  @Test
  void a_restore_that_cannot_work_is_taken_back_by_the_gateway() throws Exception {
    command.on(
        "gw2",
        "cp -p /etc/wireguard/wg0.conf /root/kept;"
            + " sed -i 's/^PrivateKey/PostUp = false\\nPrivateKey/' /etc/wireguard/wg0.conf");
    snapshot("gw2");
    command.on("gw2", "cp -p /root/kept /etc/wireguard/wg0.conf");
    String before = command.on("gw2", "wg show wg0 public-key; wg show wg0 peers | sort");

    CommandInLab.Ended restored =
        command.run("snapshot", "restore", "gw2", "--yes", "-i", command.inventory());

    assertThat(restored.status()).as(restored.output()).isEqualTo(3);
    assertThat(restored.output()).contains("the interface wg0 did not come up");
    assertThat(command.on("gw2", "wg show wg0 public-key; wg show wg0 peers | sort"))
        .isEqualTo(before);
    command.on("gw2", "cmp /root/kept /etc/wireguard/wg0.conf && rm /root/kept");
    allClientsShakeHandsAgain("gw2", command.on("gw2", "date +%s -d '-60 seconds'"));
  }

  @Test
  void a_gateway_that_lost_everything_is_rebuilt_with_git_age_and_sh_alone() throws Exception {
    snapshot("gw3");
    String key = command.on("gw3", "wg show wg0 public-key");
    command.on(
        "gw3",
        "systemctl disable --now wg-quick@wg0; rm -rf /etc/wireguard /var/lib/backstay /run/backstay;"
            + " modprobe -r wireguard; apt-get purge -y "
            + CommandInLab.PACKAGE);
    command.on("gw3", "! modprobe wireguard");
    Path copied = folder.resolve("elsewhere");
    copy("snapshots", copied.resolve("snapshots"));
    copy(".backstay/vault-identity", copied.resolve("identity"));
    String since = command.on("gw3", "date +%s");

    CommandInLab.Ended rebuilt = recover(copied, "gw3");

    assertThat(rebuilt.status()).as(rebuilt.output()).isZero();
    assertThat(command.on("gw3", "wg show wg0 public-key")).isEqualTo(key);
    assertThat(command.on("gw3", "stat -c '%a %U' /etc/wireguard/wg0.conf")).isEqualTo("600 root");
    allClientsShakeHandsAgain("gw3", since);
    String secret = command.on("gw3", "wg show wg0 private-key");
    try (Stream<Path> files = Files.walk(copied)) {
      assertThat(files.filter(Files::isRegularFile).toList())
          .hasSizeGreaterThan(10)
          .noneMatch(file -> contains(file, secret));
    }
  }

  private static boolean contains(Path file, String text) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The README's words, on a machine that has the vault, an identity, git, age and ssh. */
  private CommandInLab.Ended recover(Path place, String gateway) throws Exception {
    Matcher block = RECOVERY.matcher(Files.readString(Path.of("README.md")));
    assertThat(block.find()).isTrue();
    String config = lab.directory().orElseThrow().resolve("ssh_config").toString();
    String script =
        "set -eu\nssh() { command ssh -F '%s' \"$@\"; }\n".formatted(config)
            + block
                .group(1)
                .replaceFirst("(?m)^vault=.*$", "vault=snapshots")
                .replaceFirst("(?m)^identity=.*$", "identity=identity")
                .replaceFirst("(?m)^name=.*$", "name=" + gateway)
                .replaceFirst("(?m)^host=.*$", "host=" + gateway);
    Path file = Files.writeString(place.resolve("recover.sh"), script);
    return CommandInLab.end(
        lab.command(List.of("sh", file.toString()))
            .directory(place.toFile())
            .redirectErrorStream(true)
            .start());
  }

  private void copy(String from, Path to) throws IOException, InterruptedException {
    Files.createDirectories(to.toAbsolutePath().getParent());
    int status =
        new ProcessBuilder("cp", "-r", folder.resolve(from).toString(), to.toString())
            .start()
            .waitFor();
    assertThat(status).isZero();
  }

  private void snapshot(String gateway) throws Exception {
    CommandInLab.Ended saved =
        command.run("snapshot", "create", gateway, "-i", command.inventory());
    assertThat(saved.status()).as(saved.output()).isZero();
  }

  /** Left alone, a client goes on under its old key until that is 180 s old. */
  private void allClientsShakeHandsAgain(String gateway, String since) {
    await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofSeconds(2))
        .until(() ->
            command
                .on(
                    gateway,
                    "wg show wg0 latest-handshakes | awk '$2 >= %s { n++ } END { print n + 0 }'"
                        .formatted(since))
                .equals(Integer.toString(CLIENTS)));
  }
}
