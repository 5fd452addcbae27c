package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.drill.CommandInLab.Ended;
import dev.backstay.lab.Lab;
import dev.backstay.testing.LabExtension;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Kinds of change beside packages, on real gateways with clients: there, judged, and back. */
@Tag("lab")
@ExtendWith(LabExtension.class)
final class KindsOnGatewaysTest {
  private static final String FILE = "/etc/wireguard/wg0.conf";
  private static final String NEW_PEER = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=";

  private final CommandInLab command;

  KindsOnGatewaysTest(Lab lab, @TempDir Path folder) throws Exception {
    this.command = new CommandInLab(lab, folder);
  }

  @Test
  void an_interface_changes_its_port_and_a_peer_while_everybody_else_goes_on() throws Exception {
    String gone = peer("gw1");
    // The lab's own file leaves routes alone.
    command.on("gw1", "sed -i '/^Table *=/d' " + FILE);
    String before = command.on("gw1", "cat " + FILE);
    Ended plan = run("plan", playbook("gw1", config(51821, gone)));
    assertThat(plan.output()).contains("settings of wg0").doesNotContain("PrivateKey");
    assertThat(command.on("gw1", "cat " + FILE)).isEqualTo(before);

    Ended applied = apply("gw1", config(51821, gone));
    assertThat(applied.status()).as(applied.output()).isZero();
    assertThat(command.on("gw1", "wg show wg0 listen-port")).isEqualTo("51821");
    assertThat(command.on("gw1", "wg show wg0 peers")).contains(NEW_PEER).doesNotContain(gone);
    assertThat(command.on("gw1", "ip route show dev wg0")).contains("10.250.0.0/24");
    assertThat(command.on("gw1", "cat " + FILE))
        .contains("ListenPort = 51821", "MTU = 1380", "PublicKey = " + NEW_PEER)
        .doesNotContain(gone)
        .contains(before.lines().filter(l -> l.startsWith("PrivateKey")).findFirst().orElseThrow());

    Ended again = apply("gw1", config(51821, gone));
    assertThat(again.output()).contains("othing to do");
  }

  @Test
  void what_a_script_could_not_prove_is_taken_back_with_everything_beside_it() throws Exception {
    String gone = peer("gw3");
    String before = command.on("gw3", "cat " + FILE);
    String shown = shown("gw3");
    String pacing = command.on("gw3", "cat /proc/sys/net/ipv4/tcp_base_mss");
    script("make", "echo made >/root/made");
    script("unmake", "rm -f /root/made");
    script("prove", "test $1 = reverted && test ! -e /root/made");
    String change =
        config(51820, gone)
            + """
              tuning: {sysctl: {net.ipv4.tcp_base_mss: 1200}}
              scripts:
              - {name: mark, apply: make, revert: unmake, verify: prove, timeout: 20s}
            """;
    Ended ended = apply("gw3", change);
    assertThat(ended.status()).as(ended.output()).isEqualTo(3);
    assertThat(ended.output()).contains("script mark is not applied");
    assertThat(command.on("gw3", "cat " + FILE)).isEqualTo(before);
    assertThat(shown("gw3")).isEqualTo(shown);
    assertThat(command.on("gw3", "cat /proc/sys/net/ipv4/tcp_base_mss")).isEqualTo(pacing);
    assertThat(
            command.on(
                "gw3", "ls /root/made /etc/sysctl.d/90-backstay.conf 2>/dev/null || echo none"))
        .isEqualTo("none");
    assertThat(command.on("gw3", "ls -A /var/lib/backstay/lease/old 2>/dev/null || echo none"))
        .isEqualTo("none");
  }

  @Test
  void interfaces_are_taken_over_by_wireguard_go_and_by_the_kernel_again() throws Exception {
    Path program = Path.of("/usr/bin/wireguard-go");
    Assumptions.assumeTrue(Files.isExecutable(program), "wireguard-go is not here");
    Process copy =
        command.startOn("gw2", "cat >/usr/bin/wireguard-go && chmod 755 /usr/bin/wireguard-go");
    try (OutputStream in = copy.getOutputStream()) {
      Files.copy(program, in);
    }
    assertThat(copy.waitFor()).isZero();
    String endpoints = command.on("gw2", "wg show wg0 allowed-ips | sort");

    Ended there = apply("gw2", "  implementation: wireguard-go\n");
    assertThat(there.status()).as(there.output()).isZero();
    assertThat(command.on("gw2", "ip -o link show type wireguard | wc -l")).isEqualTo("0");
    assertThat(command.on("gw2", "pidof wireguard-go | wc -w")).isEqualTo("1");
    assertThat(command.on("gw2", "ls /sys/module/wireguard 2>/dev/null || echo none"))
        .isEqualTo("none");
    assertThat(command.on("gw2", "wg show wg0 allowed-ips | sort")).isEqualTo(endpoints);

    // The unit chooses as a boot would.
    command.on("gw2", "systemctl restart wg-quick@wg0 && pidof wireguard-go");
    // Left alone, who sends asks anew after 15 s; a change while nobody is there proves nothing.
    command.on(
        "gw2",
        "until [ $(wg show wg0 latest-handshakes | awk '$2 > 0' | wc -l) -ge 10 ]; do sleep 1; done");
    Ended back = apply("gw2", "  implementation: kernel\n");
    assertThat(back.status()).as(back.output()).isZero();
    assertThat(command.on("gw2", "ip -o link show type wireguard | wc -l")).isEqualTo("1");
    assertThat(command.on("gw2", "pidof wireguard-go || echo none")).isEqualTo("none");
  }

  private static String config(int port, String gone) {
    return """
      config:
        wg0:
          listenPort: %d
          mtu: 1380
          peers:
            %s: absent
            %s: {allowedIPs: [10.250.0.0/24]}
    """
        .formatted(port, gone, NEW_PEER);
  }

  private Ended apply(String gateway, String change) throws Exception {
    return run("apply", "--yes", playbook(gateway, change));
  }

  private Ended run(String... words) throws Exception {
    String[] all = new String[words.length + 2];
    System.arraycopy(words, 0, all, 0, words.length - 1);
    all[words.length - 1] = "-i";
    all[words.length] = command.inventory();
    all[words.length + 1] = words[words.length - 1];
    return command.run(all);
  }

  private String playbook(String gateway, String change) throws IOException {
    return command
        .write(
            "playbooks/kinds.yaml",
            """
            kind: Playbook
            name: kinds
            select: %s
            change:
            %swaves: [1]
            observe: {baseline: 10s, window: 30s, kick: true}
            gates: {handshakes: {healthy: 0.5%%, broken: 5%%}, silent: 20%%, stalled: 0}
            lease: {apply: 300s, confirm: 30s}
            """
                .formatted(gateway, change))
        .toString();
  }

  private void script(String name, String text) throws IOException {
    command.write("playbooks/" + name, "#!/bin/sh\n" + text + "\n");
  }

  private String peer(String gateway) throws Exception {
    return command.on(gateway, "wg show wg0 peers | sort | head -n 1");
  }

  /** All that a change of its configuration could have touched. */
  private String shown(String gateway) throws Exception {
    return command.on(
        gateway,
        "for what in public-key listen-port fwmark allowed-ips persistent-keepalive; do"
            + " wg show wg0 $what | sort; done; wg show wg0 preshared-keys | sort | sha256sum;"
            + " ip -o addr show dev wg0; ip route show dev wg0; cat /sys/class/net/wg0/mtu");
  }
}
