package dev.backstay.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.backstay.cli.Main;
import dev.backstay.regression.KnownRegressions;
import dev.backstay.regression.Situation;
import dev.backstay.testing.ChildJvm;
import dev.backstay.testing.Programs;
import dev.backstay.testing.Secret;
import dev.backstay.testing.WireGuardGo;
import dev.backstay.wireguard.Tai64n;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command against wireguard-go, which is broken on each of its addresses in another way. What
 * takes long because nothing comes is begun for all tests at once.
 */
final class ProbeOnWireguardGoTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final int WELL = 0;
  private static final int NARROW = 1;
  private static final int NO_RESPONSES = 2;
  private static final int NO_DATA = 3;
  private static final int CLOSED_TO_ALL = 4;
  private static final int CLOSED_PORT = 51999;

  /** The largest packet in the tunnel that passes at {@link #NARROW}; a multiple of 16. */
  private static final int PASSES = 1200;

  @TempDir private static Path folder;

  private static WireGuardGo server;
  private static WireGuardGo.Client good;
  private static WireGuardGo.Client unanswered;
  private static Run narrow;
  private static Run noResponses;
  private static Run noData;
  private static Run closedToAll;
  private static Run unknownKey;
  private static Run otherServerKey;
  private static Run nobodyThere;
  private static Run notAllowed;

  @BeforeAll
  static void start() throws IOException {
    server = WireGuardGo.start(folder);
    server.firewall(
        // UDP's header, WireGuard's and the tag come on top.
        "ip daddr %s udp length > %d drop".formatted(WireGuardGo.address(NARROW), PASSES + 40),
        "ip saddr %s udp length 100 drop".formatted(WireGuardGo.address(NO_RESPONSES)),
        "ip daddr %s udp length >= 40 @th,64,32 0x04000000 drop"
            .formatted(WireGuardGo.address(NO_DATA)),
        "ip daddr %s udp length 0-65535 drop".formatted(WireGuardGo.address(CLOSED_TO_ALL)));
    good = server.client();
    narrow = probe(NARROW, server.client()).begin();
    unanswered = server.client();
    noResponses = probe(NO_RESPONSES, unanswered).begin();
    noData = probe(NO_DATA, server.client()).begin();
    closedToAll = probe(CLOSED_TO_ALL, server.client()).begin();
    unknownKey = probe(WELL, server.stranger()).begin();
    otherServerKey =
        probe(WELL, server.client()).with("--server-key", server.stranger().publicKey()).begin();
    nobodyThere = probe(WELL, server.client()).with("--ping", "10.9.0.77").begin();
    notAllowed = probe(WELL, server.client()).with("--inner", "10.9.0.99").begin();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** A command that is put together, run, and read. */
  private static final class Run {
    private final List<String> words = new ArrayList<>();
    private final WireGuardGo server;
    private final Path here;
    private final Path out;
    private Optional<Process> process = Optional.empty();

    private Run(String target, WireGuardGo.Client client) throws IOException {
      this(ProbeOnWireguardGoTest.server, target, client);
    }

    private Run(WireGuardGo to, String target, WireGuardGo.Client client) throws IOException {
      server = to;
      here = folder.resolve(server.key().replace('/', '-') + client.number());
      Files.createDirectories(here.resolve(".backstay"));
      out = here.resolve("out");
      words.addAll(List.of("probe", target, "--json", "--count", "1", "--tries", "1"));
      with("--key", client.key().toString());
      with("--preshared", client.preshared().toString());
      with("--server-key", server.key());
      with("--inner", client.inner4());
      with("--ping", WireGuardGo.INNER_4);
    }

    Run with(String option, String value) {
      int at = words.indexOf(option);
      if (at >= 0) {
        words.set(at + 1, value);
      } else {
        words.addAll(List.of(option, value));
      }
      return this;
    }

    Run without(String option) {
      int at = words.indexOf(option);
      words.subList(at, at + 2).clear();
      return this;
    }

    Path timestamp() {
      return here.resolve(".backstay/probe-timestamp");
    }

    Run begin() throws IOException {
      List<String> command = new ArrayList<>(server.outside());
      // Whoever runs these tests in the background has told them to ignore Ctrl-C.
      command.addAll(List.of("env", "--default-signal=INT"));
      command.addAll(ChildJvm.command(Main.class, words.toArray(String[]::new)));
      process =
          Optional.of(
              new ProcessBuilder(command)
                  .directory(here.toFile())
                  .redirectErrorStream(true)
                  .redirectOutput(out.toFile())
                  .start());
      return this;
    }

    Process process() {
      return process.orElseThrow();
    }

    /** The line of the only probe. */
    JsonNode line() throws IOException, InterruptedException {
      int status = process().waitFor();
      String text = Files.readString(out);
      JsonNode line = JSON.readTree(text.lines().findFirst().orElseThrow());
      boolean ok = line.path("outcome").stringValue("").equals("ok");
      assertThat(status).as(text).isEqualTo(ok ? 0 : 1);
      return line;
    }

    String outcome() throws IOException, InterruptedException {
      return line().path("outcome").stringValue("");
    }
  }

  private static Run probe(int address, WireGuardGo.Client client) throws IOException {
    return new Run(WireGuardGo.address(address) + ":" + WireGuardGo.PORT, client);
  }

  @Test
  void a_good_probe_reaches_level_three_with_either_family_inside()
      throws IOException, InterruptedException {
    WireGuardGo.Client client = server.client();
    assertThat(server.latestHandshake(client)).isZero();
    List<Run> runs =
        List.of(
            probe(WELL, client),
            probe(WELL, client)
                .with("--inner", client.inner6())
                .with("--ping", WireGuardGo.INNER_6));
    for (Run run : runs) {
      JsonNode line = run.begin().line();
      assertThat(line.path("outcome").stringValue()).isEqualTo("ok");
      assertThat(line.path("level").intValue()).isEqualTo(3);
      assertThat(line.path("bytes").intValue()).isEqualTo(WireGuardGo.MTU);
      assertThat(line.path("cookies").intValue()).isZero();
    }
    assertThat(server.latestHandshake(client)).isPositive();
  }

  /** The table of known regressions, held against what the program here really does. */
  @Test
  void what_is_known_of_this_version_with_two_families_and_with_two_addresses_is_so(
      @TempDir Path other) throws IOException, InterruptedException {
    String version = WireGuardGo.version().orElse("");
    assumeFalse(version.isEmpty(), "nobody knows which version this is");
    try (WireGuardGo two = WireGuardGo.start(other)) {
      WireGuardGo.Client client = two.client();
      String six = WireGuardGo.address6() + ":" + WireGuardGo.PORT;
      List<String> outcomes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        String four = WireGuardGo.address(WELL) + ":" + WireGuardGo.PORT;
        assertThat(new Run(two, four, client).begin().outcome()).isEqualTo("ok");
        outcomes.add(new Run(two, six, client).begin().outcome());
      }
      assertThat(outcomes.contains("probe-silent"))
          .as("%s of %s with two families", outcomes, version)
          .isEqualTo(isKnown("wireguard-go-mixed-families", version));
      String second = WireGuardGo.secondAddress() + ":" + WireGuardGo.PORT;
      assertThat(new Run(two, second, client).begin().outcome())
          .as("%s at its second address", version)
          .isEqualTo(isKnown("wireguard-go-source-address", version) ? "probe-elsewhere" : "ok");
    }
  }

  private static boolean isKnown(String row, String version) {
    Situation situation =
        new Situation(
            "debian 12",
            "x86_64",
            "6.1.0-28-amd64",
            Optional.of("6.1.119"),
            "userspace",
            Map.of("wireguard-go", version),
            Set.of(),
            false);
    return KnownRegressions.shipped().of(situation).stream().anyMatch(one -> one.id().equals(row));
  }

  @Test
  void without_a_ping_the_handshake_is_confirmed_to_the_gateway_all_the_same()
      throws IOException, InterruptedException {
    WireGuardGo.Client client = server.client();
    JsonNode line = probe(WELL, client).without("--inner").without("--ping").begin().line();
    assertThat(line.path("level").intValue()).isOne();
    assertThat(server.latestHandshake(client)).isPositive();
  }

  @Test
  void another_preshared_key_is_told_from_every_other_cause()
      throws IOException, InterruptedException {
    assertThat(
            probe(WELL, server.client())
                .with("--preshared", good.preshared().toString())
                .begin()
                .outcome())
        .isEqualTo("probe-preshared-key");
  }

  @Test
  void a_closed_port_is_refused() throws IOException, InterruptedException {
    assertThat(new Run(WireGuardGo.address(WELL) + ":" + CLOSED_PORT, good).begin().outcome())
        .isEqualTo("probe-refused");
  }

  @Test
  void where_large_packets_are_dropped_the_largest_that_passes_is_found()
      throws IOException, InterruptedException {
    JsonNode line = narrow.line();
    assertThat(line.path("outcome").stringValue()).isEqualTo("probe-narrow");
    assertThat(line.path("bytes").intValue()).isEqualTo(PASSES);
  }

  @Test
  void what_gets_no_answer_is_silence_whatever_the_cause()
      throws IOException, InterruptedException {
    for (Run run : List.of(noResponses, closedToAll, unknownKey, otherServerKey)) {
      assertThat(run.outcome()).isEqualTo("probe-silent");
    }
  }

  /** The gateway counts what it answered, and no handshake: that tells the two apart there. */
  @Test
  void a_response_that_is_dropped_has_left_its_mark_on_the_gateway()
      throws IOException, InterruptedException {
    assertThat(noResponses.outcome()).isEqualTo("probe-silent");
    // Once by the probe, and once to see whether an answer comes from another address.
    assertThat(server.received(unanswered)).isEqualTo(2 * 148);
    assertThat(server.latestHandshake(unanswered)).isZero();
  }

  @Test
  void data_that_does_not_get_through_is_a_stall() throws IOException, InterruptedException {
    assertThat(noData.outcome()).isEqualTo("probe-stalled");
  }

  @Test
  void a_ping_that_nobody_answers_comes_with_a_confirmed_session()
      throws IOException, InterruptedException {
    for (Run run : List.of(nobodyThere, notAllowed)) {
      JsonNode line = run.line();
      assertThat(line.path("outcome").stringValue()).isEqualTo("probe-unpinged");
      assertThat(line.path("level").intValue()).isEqualTo(2);
    }
  }

  @Test
  void after_a_clock_that_was_ahead_only_what_was_kept_gets_an_answer()
      throws IOException, InterruptedException {
    WireGuardGo.Client client = server.client();
    Run first = probe(WELL, client);
    String ahead = Tai64n.of(Instant.now().plus(Duration.ofHours(1))).hex();
    WireGuardGo.write(first.timestamp(), ahead + "\n");
    assertThat(first.begin().outcome()).isEqualTo("ok");
    String kept = Files.readString(first.timestamp()).strip();
    assertThat(Tai64n.parse(kept).orElseThrow()).isGreaterThan(Tai64n.parse(ahead).orElseThrow());

    assertThat(probe(WELL, client).begin().outcome()).isEqualTo("ok");
    kept = Files.readString(first.timestamp());
    Files.delete(first.timestamp());
    assertThat(probe(WELL, client).begin().outcome()).isEqualTo("probe-silent");
    WireGuardGo.write(first.timestamp(), kept);
    assertThat(probe(WELL, client).begin().outcome()).isEqualTo("ok");
  }

  @Test
  void a_server_under_load_gives_a_cookie_and_then_its_answer()
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(server.outside());
    command.addAll(
        ChildJvm.command(
            Flood.class,
            WireGuardGo.address(WELL + 5),
            String.valueOf(WireGuardGo.PORT),
            server.key()));
    Process flood = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader bursts = flood.inputReader(StandardCharsets.UTF_8)) {
      assertThat(bursts.readLine()).isEqualTo("burst");
      JsonNode line = probe(WELL, server.client()).begin().line();
      assertThat(line.path("outcome").stringValue()).isEqualTo("ok");
      assertThat(line.path("cookies").intValue()).isOne();
      assertThat(line.path("initiations").intValue()).isEqualTo(2);
    } finally {
      flood.destroy();
      flood.waitFor();
    }
  }

  @Test
  void ctrl_c_ends_a_watch_with_its_sum() throws IOException, InterruptedException {
    Run run = probe(WELL, server.client());
    run.words.remove("--json");
    run.words.add("--watch");
    run.begin();
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.readString(run.out).contains("seq=4"));
    Programs.run("kill", "-INT", String.valueOf(run.process().pid()));
    int status = run.process().waitFor();
    String text = Files.readString(run.out);
    assertThat(status).as(text).isZero();
    assertThat(text).containsPattern("--- .*: \\d+ probes, \\d+ handshakes, 0 % failed, in ");
  }

  @Test
  void no_key_is_in_anything_that_was_printed_or_written()
      throws IOException, InterruptedException {
    WireGuardGo.Client client = server.client();
    Run run = probe(WELL, client).with("--preshared", good.preshared().toString()).begin();
    run.line();
    for (Path file : List.of(client.key(), good.preshared())) {
      Secret secret = Secret.key(file.getFileName().toString(), Files.readString(file).strip());
      assertThat(secret.in(Files.readAllBytes(file))).isTrue();
      assertThat(secret.in(Files.readAllBytes(run.out))).isFalse();
      assertThat(secret.in(Files.readAllBytes(run.timestamp()))).isFalse();
    }
  }
}
