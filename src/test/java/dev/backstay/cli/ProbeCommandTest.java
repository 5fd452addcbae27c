package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.cli.Terminal.Seen;
import dev.backstay.testing.FakeGateway;
import dev.backstay.testing.Programs;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the command refuses, and what it says of ports that do not answer. */
final class ProbeCommandTest {
  private static final int ERROR = 1;
  private static final String SERVER_KEY = "/FAD/PrGW50uuH94FF3MiEUDTd1PepATBsVpGrVaMS8=";

  @TempDir private Path folder;

  private Workplace here;
  private String key;

  @BeforeEach
  void makeAWorkingDirectory() throws IOException {
    here = Workplace.made(folder.toRealPath());
    Path file = here.write("probe.key", Programs.run("wg", "genkey"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    here.keepsSecret(file);
    key = file.toString();
  }

  private void refused(Seen seen, String... lines) {
    assertThat(seen.err()).isEqualTo(String.join("\n", lines) + "\n");
    assertThat(seen.out()).isEmpty();
    assertThat(seen.status()).isEqualTo(ERROR);
  }

  private Seen probe(String target, String... more) {
    return here.refused(words(target, more));
  }

  private String[] words(String target, String... more) {
    String[] words = new String[6 + more.length];
    System.arraycopy(
        new String[] {"probe", target, "--key", key, "--server-key", SERVER_KEY}, 0, words, 0, 6);
    System.arraycopy(more, 0, words, 6, more.length);
    return words;
  }

  @Test
  void a_key_that_others_can_read_is_refused() throws IOException {
    for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-"}) {
      Files.setPosixFilePermissions(Path.of(key), PosixFilePermissions.fromString(mode));
      refused(
          probe("127.0.0.1:51820"),
          "backstay: "
              + key
              + ": others than its owner may read or write this file, so a private key in it is no"
              + " secret",
          "  hint: chmod 600 " + key + ", and make a new one if somebody may have read it");
    }
  }

  @Test
  void what_is_no_key_is_refused_without_being_shown() throws IOException {
    String almost = Files.readString(Path.of(key)).strip().substring(1);
    Files.writeString(Path.of(key), almost);
    Seen seen = probe("127.0.0.1:51820");
    refused(
        seen,
        "backstay: " + key + ": this is not a private key, which has 44 characters of base64",
        "  hint: make one: `wg genkey` for a private key, `wg genpsk` for a preshared one");
    assertThat(seen.err()).doesNotContain(almost);
  }

  @Test
  void a_key_that_is_not_there_is_named() {
    String missing = here.path("missing.key").toString();
    refused(
        here.refused("probe", "127.0.0.1:1", "--key", missing, "--server-key", SERVER_KEY),
        "backstay: " + missing + ": there is no such file",
        "  hint: check permissions and free space there, then run the command again");
  }

  @Test
  void a_host_without_its_server_key_is_refused_with_the_way_to_get_it() {
    refused(
        here.refused("probe", "127.0.0.1:51820", "--key", key),
        "backstay: 127.0.0.1:51820: nobody has said which key this server has, and none can be"
            + " asked without it",
        "  hint: on the server: wg show INTERFACE public-key; then --server-key KEY");
  }

  @Test
  void a_server_key_that_makes_no_secret_is_refused() {
    assertThat(
            here.refused("probe", "127.0.0.1:9", "--key", key, "--server-key", "A".repeat(43) + "=")
                .err())
        .contains("makes the same secret with every private key");
  }

  @Test
  void a_time_that_cannot_be_read_is_refused_because_a_gateway_answers_to_none_that_is_older() {
    Path kept = here.write(".backstay/probe-timestamp", "half a li");
    Seen seen = here.run(words("127.0.0.1:51820", "--count", "1"));
    assertThat(seen.err())
        .startsWith("backstay: " + kept + ": this is not the time of the last probe");
    assertThat(seen.status()).isEqualTo(ERROR);
  }

  @Test
  void words_that_do_not_fit_together_are_refused_before_anything_is_sent() {
    String hint = "  hint: backstay probe --help";
    refused(
        probe("127.0.0.1:51820", "--inner", "10.9.0.2"),
        "backstay: --inner and --ping: one is of no use without the other",
        hint);
    refused(
        probe("127.0.0.1:51820", "--inner", "10.9.0.2", "--ping", "fd09::1"),
        "backstay: --inner, --ping and --mtu: one address is IPv4 and the other IPv6",
        hint);
    refused(
        probe("127.0.0.1:51820", "--inner", "10.9.0.2", "--ping", "gw1"),
        "backstay: --ping: \"gw1\" is no address",
        hint);
    refused(
        probe("127.0.0.1:51820", "--inner", "10.9.0.2", "--ping", "10.9.0.1", "--mtu", "100"),
        "backstay: --inner, --ping and --mtu: the MTU is 128 to 9000, not 100",
        hint);
    refused(
        probe("127.0.0.1:65536"),
        "backstay: 127.0.0.1:65536: a port is a number up to 65535",
        hint);
    refused(
        probe("127.0.0.1:51820", "--interval", "0s"),
        "backstay: --interval: \"0s\" is no time such as 1s, 30s or 5m",
        hint);
    refused(
        probe("127.0.0.1:51820", "--count", "0"),
        "backstay: --count: it is a number from 1 on, not 0",
        hint);
  }

  @Test
  void a_closed_port_is_told_for_each_probe_and_its_remedy_once() throws IOException {
    String target = "127.0.0.1:" + closedPort();
    Seen seen = here.run(words(target, "--count", "2", "--interval", "1s"));
    assertThat(seen.out().lines())
        .containsExactly(
            "PROBE " + target + " (" + target + "), server key /FAD/PrG…, handshake only",
            target + "  seq=1  the host answers that nothing listens on this port",
            "  hint: is the interface up, and is this its port? On the gateway: wg show INTERFACE"
                + " listen-port",
            target + "  seq=2  the host answers that nothing listens on this port",
            seen.out().lines().toList().getLast());
    assertThat(seen.out())
        .contains("--- " + target + ": 2 probes, 0 handshakes, 100 % failed, in ");
    assertThat(seen.err()).isEmpty();
    assertThat(seen.status()).isEqualTo(ERROR);
  }

  @Test
  void each_line_of_json_stands_for_itself() throws IOException {
    String target = "127.0.0.1:" + closedPort();
    Seen seen = here.run(words(target, "--count", "1", "--json"));
    assertThat(seen.out()).hasLineCount(2);
    JsonNode line = JsonMapper.shared().readTree(seen.out().lines().findFirst().orElseThrow());
    assertThat(line.path("outcome").stringValue()).isEqualTo("probe-refused");
    assertThat(line.path("level").intValue()).isZero();
    assertThat(line.path("endpoint").stringValue()).isEqualTo(target);
    assertThat(line.path("response").isNull()).isTrue();
    JsonNode sum = JsonMapper.shared().readTree(seen.out().lines().toList().getLast());
    assertThat(sum.path("probes").intValue()).isOne();
    assertThat(sum.path("reached").intValue()).isZero();
  }

  @Test
  void a_gateway_of_the_inventory_is_asked_for_its_port_and_its_key(@TempDir Path other) {
    try (FakeGateway gateway = FakeGateway.start(other)) {
      here.keepsSecret(gateway.server().userKey());
      here.inventory(gateway.inventory());
      Seen seen = here.run("probe", "tag:edge", "--key", key, "--count", "1", "--tries", "1");
      assertThat(seen.out())
          .startsWith("PROBE gw1 (127.0.0.1:51820), server key /FAD/PrG…, handshake only\n");
      refused(
          here.refused("probe", "gw1", "--key", key, "--interface", "wg1"),
          "backstay: gw1: there are these WireGuard interfaces: wg0",
          "  hint: name one: --interface NAME");
    }
  }

  @Test
  void outside_of_a_working_directory_there_is_nowhere_to_remember_the_time(@TempDir Path empty)
      throws IOException {
    assertThat(Workplace.notMade(empty.toRealPath()).refused(words("127.0.0.1:51820")).err())
        .contains("this folder is not a working directory");
  }

  /** Nobody listens there, and nobody else gets it meanwhile by asking for any port. */
  private static int closedPort() throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return socket.getLocalPort();
    }
  }
}
