package dev.backstay.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.playbook.InterfaceWish.PeerWish;
import dev.backstay.problem.ProblemException;
import dev.backstay.wireguard.IpPrefix;
import dev.backstay.wireguard.PublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The kinds of change beside packages: interfaces, tuning, scripts, implementation, tools. */
final class ChangeReaderTest {
  private static final PublicKey ALICE =
      new PublicKey("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=");
  private static final PublicKey BOB =
      new PublicKey("BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBE=");

  @TempDir Path folder;

  private Change read(String change) throws IOException {
    Path file = folder.resolve("play.yaml");
    Files.writeString(file, "kind: Playbook\nname: p\nselect: gw1\nchange:\n" + change.indent(2));
    return PlaybookReader.read(file).change();
  }

  private void script(String name, String text) throws IOException {
    Files.createDirectories(folder.resolve("scripts"));
    Files.writeString(folder.resolve("scripts").resolve(name), text);
  }

  @Test
  void an_interface_and_its_peers_are_read_in_one_spelling() throws IOException {
    Change change =
        read(
            """
            config:
              wg0:
                listenPort: 51821
                fwMark: 0x2A
                mtu: 1380
                addresses: [10.0.0.1/24, 'FD00:0:0::1/64']
                peers:
                  %s: absent
                  %s:
                    allowedIPs: [10.0.0.9, 10.1.2.3/16]
                    persistentKeepalive: 25s
                    endpoint: '[2001:DB8::7]:51820'
            """
                .formatted(ALICE, BOB));
    InterfaceWish wg0 = Objects.requireNonNull(change.config().get("wg0"));
    assertThat(wg0.listenPort()).contains(51821);
    assertThat(wg0.fwMark()).contains(42L);
    assertThat(wg0.addresses())
        .extracting(IpPrefix::toString)
        .containsExactly("10.0.0.1/24", "fd00::1/64");
    assertThat(wg0.peers().get(ALICE)).isEqualTo(new PeerWish.Absent());
    assertThat(wg0.peers().get(BOB))
        .isEqualTo(
            new PeerWish.Present(
                Optional.of(List.of(new IpPrefix("10.0.0.9", 32), new IpPrefix("10.1.0.0", 16))),
                Optional.of(25),
                Optional.of("[2001:db8::7]:51820")));
    assertThat(change.activate()).isEqualTo(Activation.NONE);
  }

  @Test
  void tools_are_a_package_and_an_mtu_under_tuning_is_one_of_the_interface() throws IOException {
    Change change =
        read(
            """
            tools: 1.0.20260223
            tuning:
              sysctl: {net.core.rmem_max: 2500000, net.ipv4.tcp_rmem: 4096   87380  6291456}
              mtu: {wg0: 1380}
            implementation: wireguard-go
            """);
    assertThat(change.packages()).containsOnly(Map.entry("wireguard-tools", "1.0.20260223"));
    assertThat(change.sysctl())
        .containsEntry("net.core.rmem_max", "2500000")
        .containsEntry("net.ipv4.tcp_rmem", "4096 87380 6291456");
    assertThat(Objects.requireNonNull(change.config().get("wg0")).mtu()).contains(1380);
    assertThat(change.implementation()).contains(Implementation.WIREGUARD_GO);
  }

  @Test
  void scripts_come_with_the_digest_of_what_they_are_now() throws IOException {
    script("a", "#!/bin/sh\n");
    Change change =
        read(
            """
            scripts:
            - {name: drain, apply: scripts/a, verify: scripts/a, revert: scripts/a, timeout: 5s}
            - {name: wipe, apply: scripts/a, verify: scripts/a, irreversible: the disk is gone}
            """);
    assertThat(change.scripts()).extracting(ScriptWish::name).containsExactly("drain", "wipe");
    // printf '#!/bin/sh\\n' | sha256sum
    assertThat(change.scripts().getFirst().apply().sha256())
        .isEqualTo("a8076d3d28d21e02012b20eaf7dbf75409a6277134439025f282e368e3305abf");
    assertThat(change.scripts().getLast().irreversible()).contains("the disk is gone");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            "config: {wg0: {privateKey: x}}",
            "F:5:18: a private key has no place in a playbook.\n  hint: remove it."),
        Arguments.of(
            "config: {wg0: {peers: {%s: {presharedKey: x}}}}".formatted(ALICE),
            "F:5:73: a preshared key has no place in a playbook.\n  hint: remove it."),
        Arguments.of(
            "config: {wg0: {peers: {nobody: absent}}}",
            "F:5:26: this is \"nobody\"; expected is the public key of a peer."),
        Arguments.of(
            "config: {wg0: {peers: {%s: {endpoint: 'vpn.example.org:51820'}}}}".formatted(ALICE),
            "F:5:83: this is \"vpn.example.org:51820\"; expected is an address with a port such as"
                + " 198.51.100.7:51820 or [2001:db8::7]:51820."),
        Arguments.of(
            "config: {wg0: {peers: {%s: {allowedIPs: 10.0.0.2}, %s: {allowedIPs: 10.0.0.2/32}}}}"
                .formatted(ALICE, BOB),
            "F:5:142: 10.0.0.2/32 is given to peer %s here and to peer %s above.\n"
                    .formatted(BOB, ALICE)
                + "  hint: an address belongs to one peer."),
        Arguments.of(
            "config: {wg0: {mtu: 70000, addresses: []}}",
            "F:5:23: this is \"70000\"; expected is a whole number from 576 to 65535.\n"
                + "F:5:41: an interface without any address loses all its routes.\n"
                + "  hint: name at least one, or leave the key out."),
        Arguments.of(
            "tuning: {sysctl: {'net.x; reboot': 1}}",
            "F:5:21: this is \"net.x; reboot\"; expected is the name of a kernel setting such as"
                + " net.core.rmem_max."),
        Arguments.of(
            "implementation: openvpn",
            "F:5:19: this is \"openvpn\"; expected is kernel or wireguard-go."),
        Arguments.of(
            "{implementation: kernel, packages: {wg-a: 1}, activate: reload-module}",
            "F:5:20: a change of the implementation takes the module out by itself; it cannot be"
                + " reloaded too.\n  hint: make it a playbook of its own."),
        Arguments.of(
            "scripts: [{name: x, apply: none, verify: ../../etc/passwd}]",
            "F:5:13: this script has no way back.\n"
                + "  hint: name the script that undoes it as \"revert\"; if nothing can, say why as"
                + " \"irreversible\".\n"
                + "F:5:30: there is no script none beside the playbook.\n"
                + "F:5:44: the script ../../etc/passwd is outside the playbook's folder."));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_is_told_with_its_place(String change, String message) {
    assertThatThrownBy(() -> read(change))
        .isInstanceOf(ProblemException.class)
        .hasMessage(message.replace("F:", folder.resolve("play.yaml") + ":"));
  }
}
