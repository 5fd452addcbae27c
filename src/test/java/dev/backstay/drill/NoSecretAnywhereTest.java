package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.lab.Lab;
import dev.backstay.testing.LabExtension;
import dev.backstay.testing.Programs;
import dev.backstay.testing.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command that touches a gateway or the vault is run, with all that libraries can log,
 * against a real gateway whose keys are known; then everything that could hold one of them is
 * searched.
 */
@Tag("lab")
@ExtendWith(LabExtension.class)
final class NoSecretAnywhereTest {
  /** Where the gateway has always kept its keys. */
  private static final String ITS_OWN = "/etc/wireguard/wg0.conf";

  private static final String DECOY = "decoy-" + UUID.randomUUID();

  /** So that the looking does not slow down what is looked at. */
  private static final long BETWEEN_LOOKS = Duration.ofMillis(100).toNanos();

  private final Path folder;
  private final CommandInLab command;
  private final Set<String> leaks = ConcurrentHashMap.newKeySet();

  NoSecretAnywhereTest(Lab lab, @TempDir Path folder) throws Exception {
    this.folder = folder;
    this.command = new CommandInLab(lab, folder, "DEBUG");
  }

  @Test
  void no_command_leaves_a_key_anywhere_but_where_it_was() throws Exception {
    List<Secret> secrets = secrets();
    AtomicBoolean over = new AtomicBoolean();
    Thread watcher = Thread.ofPlatform().start(() -> watchProcesses(secrets, over));
    Process onGateway = watchGateway();
    Process decoy = new ProcessBuilder("sh", "-c", "read -r _", DECOY).start();
    try {
      everyCommand(secrets);
    } finally {
      decoy.getOutputStream().close();
      over.set(true);
      watcher.join();
      command.on("gw1", "touch /run/test-over");
    }
    String seen = CommandInLab.end(onGateway).output();
    assertThat(seen).as("process list of the gateway").endsWith("watched\n");
    assertThat(seen.lines().filter(line -> line.startsWith("LEAK"))).isEmpty();
    // Who finds nothing may not have looked: this one was there to be found.
    assertThat(leaks).contains("decoy in /proc/%d/cmdline".formatted(decoy.pid()));
    assertThat(leaks).noneMatch(leak -> !leak.startsWith("decoy in "));
    searchFiles(secrets);
    searchObjects(secrets);
    searchGateway();
  }

  /** The keys of the gateway, one of its peers' preshared keys, and the vault's own identity. */
  private List<Secret> secrets() throws Exception {
    List<Secret> secrets = new ArrayList<>();
    secrets.add(Secret.key("private key", command.on("gw1", "wg show wg0 private-key")));
    secrets.add(
        Secret.key(
            "preshared key",
            command.on(
                "gw1", "wg show wg0 preshared-keys | awk '$2 != \"(none)\" { print $2; exit }'")));
    String identity =
        Files.readString(folder.resolve(".backstay/vault-identity"))
            .lines()
            .filter(line -> line.startsWith("AGE-SECRET-KEY-"))
            .findFirst()
            .orElseThrow();
    secrets.add(Secret.text("identity", identity));
    secrets.add(Secret.text("decoy", DECOY));
    return secrets;
  }

  private void everyCommand(List<Secret> secrets) throws Exception {
    String inventory = command.inventory();
    String gates = "{handshakes: {healthy: 0.5%, broken: 5%}, silent: 20%, stalled: 0}";
    String playbook = command.playbook("gw1", "1.0.1", gates).toString();
    String recipient = Programs.run("sh", "-c", "age-keygen 2>/dev/null | age-keygen -y").strip();
    done(secrets, "facts", "gw1", "-i", inventory);
    done(secrets, "observe", "gw1", "--for", "5s", "-i", inventory);
    done(secrets, "snapshot", "create", "gw1", "-i", inventory);
    run(secrets, "plan", "-i", inventory, playbook);
    done(secrets, "apply", "--yes", "-i", inventory, playbook);
    done(secrets, "rollouts");
    done(secrets, "report");
    done(secrets, "report", "--json");
    done(secrets, "snapshot", "list");
    done(secrets, "snapshot", "show", "gw1");
    done(secrets, "snapshot", "verify", "--every");
    done(secrets, "vault", "rekey", "--add", recipient);
    command.on("gw1", "cp -p /etc/wireguard/wg0.conf /run/kept; echo '# changed' >>" + ITS_OWN);
    done(secrets, "snapshot", "diff", "gw1", "--live", "--lines", "-i", inventory);
    done(secrets, "snapshot", "restore", "gw1", "--yes", "-i", inventory);
    command.on("gw1", "/var/lib/backstay/programs/deadman status; rm /run/kept");
    // What fails must not tell more than what succeeds.
    run(secrets, "snapshot", "verify", "--identity", folder.resolve(".backstay").toString());
    run(secrets, "snapshot", "restore", "gw1", "--at", "main~99", "-i", inventory);
    Path identity = folder.resolve(".backstay/vault-identity");
    Path away = Files.move(identity, folder.resolve(".backstay/kept-identity"));
    Files.writeString(
        identity, Files.readString(away).replace("AGE-SECRET-KEY-1", "AGE-SECRET-KEY-2"));
    run(secrets, "snapshot", "verify");
    Files.delete(identity);
    Files.move(away, identity);
  }

  private void done(List<Secret> secrets, String... words) throws Exception {
    CommandInLab.Ended ended = run(secrets, words);
    assertThat(ended.status()).as(ended.output()).isZero();
  }

  private CommandInLab.Ended run(List<Secret> secrets, String... words) throws Exception {
    CommandInLab.Ended ended = command.run(words);
    byte[] output = ended.output().getBytes(StandardCharsets.ISO_8859_1);
    secrets.stream()
        .filter(secret -> secret.in(output))
        .forEach(secret -> leaks.add(secret + " in the output of " + String.join(" ", words)));
    return ended;
  }

  /** Command lines and environments of this machine, again and again. */
  private void watchProcesses(List<Secret> secrets, AtomicBoolean over) {
    while (!over.get()) {
      try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
        processes
            .filter(path -> path.getFileName().toString().matches("[0-9]+"))
            .flatMap(path -> Stream.of(path.resolve("cmdline"), path.resolve("environ")))
            .forEach(file -> search(file, secrets));
      } catch (IOException gone) {
        // The next round sees what is there then.
      }
      LockSupport.parkNanos(BETWEEN_LOOKS);
    }
  }

  private void search(Path file, List<Secret> secrets) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      secrets.stream()
          .filter(secret -> secret.in(bytes))
          .forEach(secret -> leaks.add(secret + " in " + file));
    } catch (IOException | RuntimeException gone) {
      // A process that has ended, or one of the kernel's.
    }
  }

  /** The same on the gateway, by a loop whose own words hold no key. */
  private Process watchGateway() throws Exception {
    command.on(
        "gw1",
        "umask 077; { wg show wg0 private-key; wg show wg0 preshared-keys | awk '$2 != \"(none)\" { print $2 }'; }"
            + " >/run/test-patterns; rm -f /run/test-over");
    return command.startOn(
        "gw1",
        "while [ ! -e /run/test-over ]; do"
            + " if cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -aqF -f /run/test-patterns;"
            + " then echo LEAK; fi; sleep 1; done; rm -f /run/test-patterns /run/test-over; echo watched");
  }

  private void searchFiles(List<Secret> secrets) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      walk.filter(Files::isRegularFile).forEach(files::add);
    }
    assertThat(files).hasSizeGreaterThan(50);
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      assertThat(secrets.stream().filter(secret -> secret.in(bytes)))
          .as(file.toString())
          .filteredOn(
              secret -> !(secret.toString().equals("identity") && file.endsWith("vault-identity")))
          .isEmpty();
    }
  }

  /** Objects of Git are compressed: they are searched as they unpack. */
  private void searchObjects(List<Secret> secrets) throws IOException {
    Path all = folder.resolve("objects-in-clear");
    Programs.run(
        "sh",
        "-c",
        "git -C \"$1\" cat-file --batch --batch-all-objects >\"$2\"",
        "sh",
        folder.resolve("snapshots").toString(),
        all.toString());
    byte[] bytes = Files.readAllBytes(all);
    assertThat(bytes.length).isGreaterThan(10_000);
    assertThat(secrets.stream().filter(secret -> secret.in(bytes))).isEmpty();
    assertThat(Secret.text("what is public", "backstay-manifest").in(bytes)).isTrue();
  }

  /** Its disk and its logs, by the gateway itself. */
  private void searchGateway() throws Exception {
    String found =
        command.on(
            "gw1",
            "umask 077; wg show wg0 private-key >/run/p; wg show wg0 preshared-keys | awk '$2 != \"(none)\" { print $2 }' >>/run/p;"
                + " { grep -rlaF -f /run/p / --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev --exclude-dir=run || :;"
                + " if journalctl --no-pager 2>/dev/null | grep -aqF -f /run/p; then echo journal; fi; } 2>/dev/null; rm /run/p");
    assertThat(found).isEqualTo(ITS_OWN);
  }
}
