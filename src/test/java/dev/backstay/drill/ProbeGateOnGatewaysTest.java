package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.drill.CommandInLab.Ended;
import dev.backstay.lab.Lab;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.RolloutState;
import dev.backstay.testing.LabExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The probe peer of a gateway, and the gate that rests on it, against real kernels. */
@Tag("lab")
@ExtendWith(LabExtension.class)
final class ProbeGateOnGatewaysTest {
  /** Clients alone would take eleven seconds to say so. */
  private static final String PROBE_ALONE =
      "{handshakes: {healthy: 99%, broken: 100%}, silent: 100%, stalled: 100%, probe: required}";

  private static final double WITHIN = 5;

  private final CommandInLab command;
  private final Path folder;

  ProbeGateOnGatewaysTest(Lab lab, @TempDir Path folder) throws Exception {
    this.folder = folder;
    this.command = new CommandInLab(lab, folder);
  }

  @Test
  void a_peer_is_made_kept_encrypted_outlives_a_restart_and_is_taken_away_again() throws Exception {
    String peers = command.on("gw1", "wg show wg0 peers | wc -l");
    Ended planned = backstay("probe", "setup", "gw1", "--plan");
    assertThat(planned.status()).as(planned.output()).isEqualTo(2);
    assertThat(planned.output()).contains("added, AllowedIPs none → 198.19.1.254/32");
    assertThat(folder.resolve(".backstay/probe")).doesNotExist();

    Ended made = backstay("probe", "setup", "gw1", "--yes");
    assertThat(made.status()).as(made.output()).isZero();
    assertThat(made.output()).contains("198.19.1.254, pings 198.19.1.1");
    assertThat(filesOfProbes())
        .anySatisfy(text -> assertThat(text).startsWith("age-encryption.org/v1"));

    Ended again = backstay("probe", "setup", "gw1", "--yes");
    assertThat(again.output()).contains("nothing to do on gw1");
    assertThat(again.status()).isZero();

    assertThat(backstay("probe", "gw1", "-c", "2").output())
        .contains("1420 bytes", "2 probes, 2 handshakes, 0 % failed");
    command.on("gw1", "systemctl restart wg-quick@wg0");
    Ended restarted = backstay("probe", "gw1", "-c", "2");
    assertThat(restarted.status()).as(restarted.output()).isZero();
    Ended seen = backstay("observe", "gw1", "--for", "5s", "--json");
    String last = seen.output().lines().filter(line -> line.startsWith("{")).toList().getLast();
    JsonNode picture = JsonMapper.shared().readTree(last);
    assertThat(
            picture.path("connected").intValue()
                + picture.path("trying").intValue()
                + picture.path("idle").intValue()
                + picture.path("failing").size())
        .isEqualTo(Integer.parseInt(peers));

    Ended removed = backstay("probe", "remove", "gw1", "--yes");
    assertThat(removed.status()).as(removed.output()).isZero();
    assertThat(command.on("gw1", "wg show wg0 peers | wc -l")).isEqualTo(peers);
    assertThat(filesOfProbes()).isEmpty();
    Ended without = backstay("probe", "gw1");
    assertThat(without.status()).isOne();
    assertThat(without.output()).contains("hint: backstay probe setup gw1");
  }

  @Test
  void a_good_version_passes_and_a_bad_one_is_caught_by_the_probe_within_five_seconds()
      throws Exception {
    assertThat(refused("gw2")).contains("has no probe peer", "backstay probe setup gw2");
    assertThat(backstay("probe", "setup", "gw2", "--yes").status()).isZero();

    RolloutState good = apply("gw2", "1.0.1", PROBE_ALONE);
    assertThat(good.end().map(Event.Ended::result)).contains(Result.DONE);
    assertThat(probe(good, "gw2").says()).isEqualTo("pass");
    assertThat(probe(good, "gw2").against()).isLessThan(probe(good, "gw2").clients());

    RolloutState bad = apply("gw2", "1.1.0", PROBE_ALONE);
    assertThat(bad.end().map(Event.Ended::result)).contains(Result.ROLLED_BACK);
    Event.Gate caught = probe(bad, "gw2");
    assertThat(caught.says()).isEqualTo("fail");
    assertThat(caught.clients()).isEqualTo(caught.against());
    assertThat(caught.sentence()).contains("no answer to 1 initiation");
    System.out.println("caught by the probe: " + caught);
    assertThat(seconds(caught, "certain")).isLessThanOrEqualTo(WITHIN);

    RolloutState stalls = apply("gw2", "1.1.2", PROBE_ALONE);
    assertThat(stalls.end().map(Event.Ended::result)).contains(Result.ROLLED_BACK);
    assertThat(probe(stalls, "gw2").sentence())
        .contains("the handshake is answered, but no data came back");

    RolloutState missed = apply("gw2", "1.1.2", PROBE_ALONE.replace("required", "off"));
    assertThat(missed.end().map(Event.Ended::result)).contains(Result.DONE);
    command.on("gw2", "/var/lib/backstay/programs/deadman revert the gate was off");

    // Others find the gateway as it was.
    RolloutState before = apply("gw2", "1.0.0", PROBE_ALONE);
    assertThat(before.end().map(Event.Ended::result)).contains(Result.DONE);
    assertThat(backstay("probe", "remove", "gw2", "--yes").status()).isZero();
  }

  @Test
  void a_way_on_which_large_packets_are_lost_is_told_with_the_largest_that_pass() throws Exception {
    assertThat(backstay("probe", "setup", "gw1", "--yes").status()).isZero();
    command.on(
        "gw1",
        "nft 'add table inet narrow; add chain inet narrow input { type filter hook input priority 0; };"
            + " add rule inet narrow input udp dport 51820 udp length > 1248 drop'");
    Ended narrow = backstay("probe", "gw1", "-c", "1");
    command.on("gw1", "nft delete table inet narrow");
    // 1248 bytes of UDP are 1208 of WireGuard's, and it fills up to 16.
    assertThat(narrow.output())
        .contains("packets of 1420 bytes are lost, those of 1200 pass")
        .contains("set the MTU of the tunnel to 1200");
    assertThat(narrow.status()).isOne();
    assertThat(backstay("probe", "gw1", "-c", "1").status()).isZero();
    assertThat(backstay("probe", "remove", "gw1", "--yes").status()).isZero();
  }

  @Test
  void a_closed_firewall_is_told_from_a_gateway_that_does_not_answer() throws Exception {
    assertThat(backstay("probe", "setup", "gw3", "--yes").status()).isZero();
    for (String carrier : List.of("perl", "bash")) {
      assertThat(command.on("gw3", "command -v " + carrier)).isNotEmpty();
    }
    Ended both = backstay("probe", "gw3", "--inside", "-c", "2", "--tries", "1");
    assertThat(both.status()).as(both.output()).isZero();
    assertThat(both.output())
        .contains("gw3 inside  seq=2  response")
        .doesNotContain("gw3: WireGuard");

    command.on(
        "gw3",
        "nft 'add table inet closed; add chain inet closed input { type filter hook input priority 0; };"
            + " add rule inet closed input iifname != \"lo\" udp dport 51820 drop'");
    Ended closed = backstay("probe", "gw3", "--inside", "-c", "2", "--tries", "1");
    assertThat(closed.output()).contains("gw3: WireGuard on it answers; what is between does not.");
    assertThat(closed.status()).isOne();
    assertThat(refusedBefore("gw3")).contains("got through 0 of 3 times before the change");

    command.on("gw3", "nft delete table inet closed; systemctl stop wg-quick@wg0");
    command.on("gw3", "systemctl start wg-quick@wg0; ip link set wg0 down");
    Ended dead = backstay("probe", "gw3", "--inside", "-c", "1", "--tries", "1");
    command.on("gw3", "ip link set wg0 up");
    assertThat(dead.output())
        .contains("gw3: WireGuard on it does not answer on the gateway itself either.");
    assertThat(backstay("probe", "remove", "gw3", "--yes").status()).isZero();
  }

  private Ended backstay(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("-i", command.inventory()));
    return command.run(all.toArray(String[]::new));
  }

  private String refused(String gateway) throws Exception {
    Path playbook = command.playbook(gateway, "1.0.1", PROBE_ALONE);
    Ended ended = backstay("plan", playbook.toString());
    assertThat(ended.status()).as(ended.output()).isOne();
    return ended.output();
  }

  private String refusedBefore(String gateway) throws Exception {
    RolloutState state = apply(gateway, "1.0.1", PROBE_ALONE);
    assertThat(command.installed(gateway)).isEqualTo("1.0.0");
    return Objects.requireNonNull(state.gateways().get(gateway)).detail();
  }

  private RolloutState apply(String gateway, String version, String gates) throws Exception {
    List<Path> before = command.journals();
    Path playbook = command.playbook(gateway, version, gates);
    Ended ended = backstay("apply", "--yes", playbook.toString());
    Path journal =
        command.journals().stream()
            .filter(path -> !before.contains(path))
            .findFirst()
            .orElseThrow(() -> new AssertionError(ended.output()));
    return RolloutState.fold(Journal.read(journal));
  }

  private static Event.Gate probe(RolloutState state, String gateway) {
    return Objects.requireNonNull(state.gateways().get(gateway))
        .verdict()
        .orElseThrow()
        .gates()
        .stream()
        .filter(gate -> gate.gate().equals("probe"))
        .findFirst()
        .orElseThrow();
  }

  private static double seconds(Event.Gate gate, String name) {
    String text = gate.thresholds().getOrDefault(name, "");
    return Double.parseDouble(text.substring(0, text.indexOf(' ')));
  }

  private List<String> filesOfProbes() throws Exception {
    Path probes = folder.resolve(".backstay/probe");
    try (Stream<Path> files = Files.walk(probes)) {
      List<String> texts = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        texts.add(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
      return texts;
    }
  }
}
