package dev.backstay.crowd;

import dev.backstay.probe.Pings;
import dev.backstay.time.Time;
import dev.backstay.wireguard.Peering;
import dev.backstay.wireguard.PresharedKey;
import dev.backstay.wireguard.PrivateKey;
import dev.backstay.wireguard.PublicKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A change that breaks a share of many clients, on a gateway with a real kernel: carried out by the
 * real command, with clients that really shake hands, again and again. Prints when each was called
 * broken. Runs inside of the lab's network, in the working directory of a lab that is up.
 *
 * <p>Of ten clients six send a packet now and then, three keep alive every 25 s, and one says
 * nothing.
 */
final class ReplayBench {
  private static final String INTERFACE = "wg9";
  private static final int PORT = 51899;
  private static final String GATEWAY = "gw1";
  private static final String ADDRESS = "198.18.0.11";
  private static final String INNER = "10.99.0.1";
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(500);

  private final SecureRandom random = new SecureRandom();
  private final Time time = Time.real();
  private final String backstay;
  private final int count;
  private final int broken;
  private final boolean kick;

  private record One(PrivateKey key, String inner) {}

  /**
   * What came of a run.
   *
   * @param eligible clients that were active before
   */
  private record Outcome(String verdict, double seconds, int eligible, int failed) {}

  private ReplayBench(String backstay, int count, int broken, boolean kick) {
    this.backstay = backstay;
    this.count = count;
    this.broken = broken;
    this.kick = kick;
  }

  /**
   * @param arguments the command, how many clients, how many of them break, whether the gateway
   *     calls its peers ({@code called} or {@code alone}), how many runs
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    new ReplayBench(
            arguments[0],
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            arguments[3].equals("called"))
        .run(Integer.parseInt(arguments[4]));
  }

  private void run(int runs) throws IOException, InterruptedException {
    List<One> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(
          new One(PrivateKey.generate(random), "10.99.%d.%d".formatted(1 + i / 200, 1 + i % 200)));
    }
    PublicKey server = serve(all);
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(
          new Member(
              Peering.of(all.get(i).key(), server, PresharedKey.none()),
              new InetSocketAddress(ADDRESS, PORT),
              habits(i, all.get(i).inner())));
    }
    playbook();
    List<Outcome> outcomes = new ArrayList<>();
    try (Crowd crowd = Crowd.start(members, WITHIN, time, random)) {
      for (int i = 1; i <= runs; i++) {
        untilAllAreHere();
        outcomes.add(once(crowd, all, server));
        Outcome last = outcomes.getLast();
        System.out.printf(
            Locale.ROOT,
            "run %2d: %s after %5.1f s, %d of %d failed%n",
            i,
            last.verdict(),
            last.seconds(),
            last.failed(),
            last.eligible());
      }
    }
    table(outcomes);
  }

  private static Habits habits(int number, String inner) {
    Habits ordinary = Habits.ordinary();
    return switch (number % 10) {
      case 0, 1, 2, 3, 4, 5 ->
          ordinary.talking(
              Duration.ofMillis(1000 + number % 7 * 1000L), () -> Pings.packet(inner, INNER));
      case 6, 7, 8 -> ordinary;
      default -> ordinary.withoutKeepalive();
    };
  }

  // --- the gateway -----------------------------------------------------------------------------

  private static PublicKey serve(List<One> all) throws IOException, InterruptedException {
    StringBuilder peers = new StringBuilder();
    all.forEach(one ->
        peers
            .append("[Peer]\nPublicKey = ")
            .append(one.key().publicKey())
            .append("\nAllowedIPs = ")
            .append(one.inner())
            .append("/32\n"));
    String key =
        on(
            """
            set -e
            umask 077
            wg-quick down %1$s >/dev/null 2>&1 || :
            { printf '[Interface]\\nAddress = %2$s/16\\nListenPort = %3$d\\nPrivateKey = '; wg genkey; cat; } >/etc/wireguard/%1$s.conf
            wg-quick up %1$s >/dev/null 2>&1
            systemctl enable wg-quick@%1$s >/dev/null 2>&1
            wg show %1$s public-key
            """
                .formatted(INTERFACE, INNER, PORT),
            peers.toString());
    return new PublicKey(key);
  }

  /** Nobody is missing but those who say nothing. */
  private void untilAllAreHere() throws IOException, InterruptedException {
    long connected = 0;
    while (connected < count - count / 10) {
      time.sleep(LOOK);
      connected =
          on("wg show " + INTERFACE + " latest-handshakes", "")
              .lines()
              .filter(line -> !line.endsWith("\t0"))
              .count();
    }
  }

  private static String on(String script, String input) throws IOException, InterruptedException {
    Process ssh =
        new ProcessBuilder("ssh", "-F", ".backstay/lab/ssh_config", GATEWAY, script)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (PrintStream in = new PrintStream(ssh.getOutputStream(), false, StandardCharsets.UTF_8)) {
      in.print(input);
    }
    String said = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (ssh.waitFor() != 0) {
      throw new IOException("the gateway did not do it: " + script);
    }
    return said;
  }

  // --- one change ------------------------------------------------------------------------------

  private void playbook() throws IOException {
    Files.writeString(
        Path.of("playbooks/replay.yaml"),
        """
        kind: Playbook
        name: replay
        select: %s
        change:
          packages: {backstay-lab-wireguard: 1.0.1}
          activate: reload-module
        waves: [1]
        observe: {baseline: 30s, window: 120s, kick: %s}
        gates: {handshakes: {healthy: 0.5%%, broken: 5%%}, silent: 100%%, stalled: 100%%}
        lease: {apply: 180s, confirm: 60s}
        """
            .formatted(GATEWAY, kick));
  }

  private Outcome once(Crowd crowd, List<One> all, PublicKey server)
      throws IOException, InterruptedException {
    Process apply =
        new ProcessBuilder(
                backstay,
                "apply",
                "--yes",
                "--json",
                "-i",
                ".backstay/lab/inventory.yaml",
                "playbooks/replay.yaml")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Optional<Outcome> outcome = Optional.empty();
    double seconds = 0;
    try (BufferedReader lines = apply.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode event = JsonMapper.shared().readTree(line).findPath("body");
        String what = event.path("event").asString();
        String step = event.path("step").asString();
        if (what.equals("step-began") && step.equals("apply")) {
          crowd.rekey(keys(all.subList(0, broken), server, this::another));
        } else if (what.equals("step-ended") && step.equals("observe")) {
          seconds = Double.parseDouble(event.path("facts").path("secondsAfterCut").asString());
        } else if (what.equals("judged")) {
          outcome = Optional.of(outcome(event, seconds));
          crowd.rekey(keys(all.subList(0, broken), server, PresharedKey::none));
        }
      }
    }
    apply.waitFor();
    return outcome.orElseThrow(() -> new IOException("no verdict"));
  }

  private static Outcome outcome(JsonNode judged, double seconds) {
    int eligible = 0;
    for (JsonNode state : judged.path("counts")) {
      eligible += state.asInt();
    }
    return new Outcome(
        judged.path("verdict").asString(),
        seconds,
        eligible,
        judged.path("counts").path("failed").asInt());
  }

  private interface Preshared {
    PresharedKey make();
  }

  private static Map<PublicKey, Peering> keys(List<One> of, PublicKey server, Preshared preshared) {
    Map<PublicKey, Peering> keys = new HashMap<>();
    of.forEach(
        one -> keys.put(one.key().publicKey(), Peering.of(one.key(), server, preshared.make())));
    return keys;
  }

  private PresharedKey another() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return PresharedKey.parse(Base64.getEncoder().encode(key)).orElseThrow();
  }

  private void table(List<Outcome> outcomes) {
    List<Double> failed =
        outcomes.stream()
            .filter(one -> one.verdict().equals("fail"))
            .map(Outcome::seconds)
            .sorted()
            .toList();
    System.out.printf(
        Locale.ROOT,
        "%d clients, %d broken, %s: %d of %d runs fail, median %.1f s, longest %.1f s%n",
        count,
        broken,
        kick ? "called by the gateway" : "left alone",
        failed.size(),
        outcomes.size(),
        failed.isEmpty() ? Double.NaN : failed.get(failed.size() / 2),
        failed.isEmpty() ? Double.NaN : failed.getLast());
  }
}
