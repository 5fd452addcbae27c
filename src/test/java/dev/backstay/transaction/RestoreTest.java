package dev.backstay.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.change.Restoration;
import dev.backstay.change.Restoration.PutFile;
import dev.backstay.health.Baseline;
import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Capture;
import dev.backstay.testing.Programs;
import dev.backstay.transaction.Restore.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes back, decided from two captures: tars as a gateway writes them. */
final class RestoreTest {
  private static final String CONF = "etc/wireguard/wg0.conf";
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private final String key = Programs.run("wg", "genkey").strip();
  private final String otherKey = Programs.run("wg", "genkey").strip();
  private final String peer = publicOf(Programs.run("wg", "genkey").strip());

  @TempDir private Path folder;

  @Test
  void an_unchanged_gateway_gets_nothing() throws Exception {
    try (Restore restore =
        between(gateway(key, "10.0.0.1", 1), gateway(key, "10.0.0.1", 2), Part.ALL)) {
      assertThat(restore.restoration().nothingToDo()).isTrue();
    }
  }

  @Test
  void a_changed_file_goes_back_and_its_interface_is_made_anew() throws Exception {
    try (Restore restore =
        between(gateway(key, "10.0.0.1", 1), gateway(key, "10.9.9.9", 1), Part.ALL)) {
      assertThat(restore.restoration().files()).extracting(PutFile::path).containsExactly(CONF);
      assertThat(restore.restoration().restarts())
          .containsExactly(new Restoration.Restart("wg0", "wg-quick", publicOf(key), true));
      assertThat(restore.expected().values())
          .extracting(Baseline.InterfaceIdentity::port)
          .containsExactly(51820);
      assertThat(sent(restore, CONF)).isEqualTo(conf(key, "10.0.0.1"));
    }
  }

  @Test
  void only_the_keys_leave_the_configuration_as_it_is_now() throws Exception {
    try (Restore restore =
        between(gateway(key, "10.0.0.1", 1), gateway(otherKey, "10.9.9.9", 1), Part.KEYS)) {
      assertThat(sent(restore, CONF)).isEqualTo(conf(key, "10.9.9.9"));
      assertThat(restore.restoration().restarts())
          .extracting(Restoration.Restart::publicKey)
          .containsExactly(publicOf(key));
    }
  }

  @Test
  void only_the_configuration_leaves_the_keys_as_they_are_now() throws Exception {
    try (Restore restore =
        between(gateway(key, "10.0.0.1", 1), gateway(otherKey, "10.9.9.9", 1), Part.CONFIG)) {
      assertThat(sent(restore, CONF)).isEqualTo(conf(otherKey, "10.0.0.1"));
      assertThat(restore.restoration().restarts())
          .extracting(Restoration.Restart::publicKey)
          .containsExactly(publicOf(otherKey));
    }
  }

  @Test
  void a_file_that_is_a_key_counts_as_a_key_and_not_as_configuration() throws Exception {
    Map<String, String> saved = gateway(key, "10.0.0.1", 1);
    saved.put("etc/wireguard/wg0.key", key + "\n");
    Map<String, String> now = gateway(key, "10.0.0.1", 1);
    now.put("etc/wireguard/wg0.key", otherKey + "\n");
    try (Restore keys = between(saved, now, Part.KEYS);
        Restore config = between(saved, now, Part.CONFIG)) {
      assertThat(sent(keys, "etc/wireguard/wg0.key")).isEqualTo(key + "\n");
      assertThat(config.restoration().nothingToDo()).isTrue();
    }
  }

  @Test
  void keys_alone_do_not_bring_up_an_interface_that_is_down() throws Exception {
    Map<String, String> empty = new TreeMap<>(Map.of("public", "kernel\t6.1\n", "system/x", "x"));
    try (Restore restore = between(gateway(key, "10.0.0.1", 1), empty, Part.KEYS)) {
      assertThat(restore.restoration().nothingToDo()).isTrue();
    }
  }

  @Test
  void an_empty_gateway_gets_everything() throws Exception {
    Map<String, String> empty = new TreeMap<>(Map.of("public", "kernel\t6.1\n", "system/x", "x"));
    try (Restore restore = between(gateway(key, "10.0.0.1", 1), empty, Part.ALL)) {
      assertThat(restore.restoration().files()).hasSize(1);
      assertThat(restore.restoration().restarts()).hasSize(1);
    }
  }

  @Test
  void what_the_snapshot_does_not_know_is_left_and_told() throws Exception {
    Map<String, String> now = gateway(key, "10.0.0.1", 1);
    now.put("etc/wireguard/wg1.conf", "[Interface]\n");
    try (Restore restore = between(gateway(key, "10.0.0.1", 1), now, Part.ALL)) {
      assertThat(restore.restoration().nothingToDo()).isTrue();
      assertThat(restore.left()).containsExactly("etc/wireguard/wg1.conf");
    }
  }

  @Test
  void an_interface_that_no_file_starts_is_refused() throws Exception {
    Map<String, String> saved = gateway(key, "10.0.0.1", 1);
    saved.remove(CONF);
    Map<String, String> empty = new TreeMap<>(Map.of("public", "kernel\t6.1\n", "system/x", "x"));
    assertThatThrownBy(() -> between(saved, empty, Part.ALL).close())
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("interface wg0 was made by hand");
  }

  private String conf(String secret, String address) {
    return "[Interface]\nPrivateKey = %s\nListenPort = 51820\nAddress = %s/24\n"
        .formatted(secret, address);
  }

  private Map<String, String> gateway(String secret, String address, int endpoint) {
    Map<String, String> files = new TreeMap<>();
    files.put(CONF, conf(secret, address));
    files.put(
        "running/wg0.showconf",
        """
        [Interface]
        ListenPort = 51820
        PrivateKey = %s

        [Peer]
        PublicKey = %s
        AllowedIPs = 10.0.0.2/32
        Endpoint = 198.18.0.%d:4000
        """
            .formatted(secret, peer, endpoint));
    files.put("system/enabled", "wg-quick@wg0.service\n");
    files.put("public", "kernel\t6.1\npublic-key\twg0\t" + publicOf(secret) + "\n");
    return files;
  }

  private Restore between(Map<String, String> saved, Map<String, String> live, Part part)
      throws IOException {
    try (Capture before = capture(saved);
        Capture now = capture(live)) {
      return Restore.between("gw1", COMMIT, before, now, part);
    }
  }

  /** By the real tar, as on a gateway. */
  private Capture capture(Map<String, String> files) throws IOException {
    Path top = Files.createTempDirectory(folder, "capture");
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = top.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    Path tar = folder.resolve(top.getFileName() + ".tar");
    Programs.run(
        "sh", "-c", "cd \"$1\" && tar -cf \"$2\" -- *", "sh", top.toString(), tar.toString());
    return Capture.of(Instant.now(), Files.readAllBytes(tar));
  }

  /** What the real tar unpacks of what is sent. */
  private String sent(Restore restore, String path) throws IOException {
    Path tar = folder.resolve("sent.tar");
    Files.write(tar, restore.archive());
    return Programs.run("tar", "-xOf", tar.toString(), path);
  }

  private static String publicOf(String key) {
    return Programs.run("sh", "-c", "printf %s \"$1\" | wg pubkey", "sh", key).strip();
  }
}
