package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.cli.Terminal.Seen;
import dev.backstay.probe.ProbePeer;
import dev.backstay.probe.ProbePeers;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.SecretBytes;
import dev.backstay.testing.FakeGateway;
import dev.backstay.testing.Programs;
import dev.backstay.wireguard.PrivateKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that only probe, as far as no gateway has to be changed for it. */
final class ProbeSetupCommandTest {
  private static final int ERROR = 1;
  private static final int CHANGES_PENDING = 2;

  @TempDir private Path folder;

  private Workplace here;

  @BeforeEach
  void makeAWorkingDirectory() throws IOException {
    here = Workplace.made(folder.toRealPath());
  }

  private void inventory(FakeGateway gateway) {
    here.keepsSecret(gateway.server().userKey());
    here.inventory(gateway.inventory());
  }

  /** One as `backstay probe setup` leaves it. */
  private ProbePeer provisioned() {
    try (PrivateKey key = PrivateKey.generate(new SecureRandom());
        SecretBytes secret = SecretBytes.owning(key.ascii())) {
      ProbePeer peer =
          new ProbePeer("gw1", "wg0", key.publicKey(), "10.9.0.254", Optional.of("10.9.0.1"));
      peers().keep(peer, Wiring.vault(new WorkingDirectory(here.path(""))).seal(secret));
      return peer;
    }
  }

  private ProbePeers peers() {
    return new ProbePeers(here.path(".backstay/probe"));
  }

  @Test
  void what_is_kept_of_a_key_is_opened_by_the_vaults_identity_and_by_age_and_by_nobody_else()
      throws IOException {
    ProbePeer peer = provisioned();
    assertThat(peers().of("gw1")).containsExactly(peer);
    assertThat(peers().keys("gw1")).containsExactly(peer.key());
    assertThat(peers().of("gw2")).isEmpty();
    Path sealed = here.path(".backstay/probe/gw1/wg0.key.age");
    assertThat(Files.getPosixFilePermissions(sealed))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    Path identity = here.path(".backstay/vault-identity");
    try (SecretBytes open = Identity.read(identity).open(peers().sealed(peer), "here");
        PrivateKey key = open.read(PrivateKey::parse).orElseThrow()) {
      assertThat(key.publicKey()).isEqualTo(peer.key());
    }
    assertThat(
            Programs.run("sh", "-c", "age -d -i %s %s | wg pubkey".formatted(identity, sealed))
                .strip())
        .isEqualTo(peer.key().base64());
    Path other = here.path("other-identity");
    Programs.run("age-keygen", "-o", other.toString());
    here.keepsSecret(other);
    Seen seen = here.run("probe", "gw1", "--identity", other.toString());
    assertThat(seen.status()).isEqualTo(ERROR);
    peers().forget(peer);
    assertThat(peers().of("gw1")).isEmpty();
  }

  @Test
  void a_gateway_without_one_is_refused_with_the_remedy(@TempDir Path other) {
    try (FakeGateway gateway = FakeGateway.start(other)) {
      inventory(gateway);
      Seen seen = here.refused("probe", "gw1");
      assertThat(seen.err())
          .isEqualTo(
              """
              backstay: gw1: this gateway has no probe peer, so nobody here has a key to probe it with
                hint: backstay probe setup gw1
              """);
      assertThat(here.refused("probe", "remove", "gw1").err())
          .contains("gw1: there is no probe peer to remove");
      here.playbook(
          """
          kind: Playbook
          name: module
          select: gw1
          change: {packages: {wireguard-dkms: 1.0.1}, activate: reload-module}
          gates: {probe: required}
          """);
      assertThat(here.refused("plan", here.path("playbooks/module.yaml").toString()).err())
          .contains("gw1: this gateway has no probe peer", "hint: backstay probe setup gw1");
    }
  }

  @Test
  void a_key_that_cannot_be_opened_here_is_refused_by_a_plan_that_needs_it(@TempDir Path other)
      throws IOException {
    try (FakeGateway gateway = FakeGateway.start(other)) {
      inventory(gateway);
      provisioned();
      here.playbook(
          """
          kind: Playbook
          name: module
          select: gw1
          change: {packages: {wireguard-dkms: 1.0.1}, activate: reload-module}
          gates: {probe: required}
          """);
      assertThat(here.run("plan", here.path("playbooks/module.yaml").toString()).status())
          .isEqualTo(CHANGES_PENDING);
      Files.move(here.path(".backstay/vault-identity"), other.resolve("elsewhere"));
      assertThat(here.run("plan", here.path("playbooks/module.yaml").toString()).err())
          .contains(
              "the key of the probe peer of wg0 on gw1: it is encrypted, and nothing here can open it",
              "--identity");
    }
  }

  @Test
  void without_an_identity_and_a_key_nobody_is_asked(@TempDir Path other) throws IOException {
    try (FakeGateway gateway = FakeGateway.start(other)) {
      inventory(gateway);
      provisioned();
      Seen seen = here.run("probe", "gw1", "-c", "1", "--tries", "1");
      assertThat(seen.out())
          .startsWith(
              "PROBE gw1 (127.0.0.1:51820), server key /FAD/PrG…, then 10.9.0.254 to 10.9.0.1 with 1420 bytes\n");
      assertThat(seen.status()).isEqualTo(ERROR);
    }
  }

  @Test
  void a_gateway_that_can_carry_no_datagrams_is_not_said_to_be_dead(@TempDir Path other) {
    try (FakeGateway gateway = FakeGateway.start(other)) {
      inventory(gateway);
      provisioned();
      Seen seen = here.run("probe", "gw1", "--inside", "-c", "1", "--tries", "1");
      assertThat(seen.out())
          .contains(
              "gw1 inside  seq=1  nothing can be sent there: nothing here can send a datagram:"
                  + " neither perl nor bash is there; install one of them")
          .doesNotContain("gw1: WireGuard");
    }
  }

  @Test
  void words_that_name_nobody_are_refused() {
    assertThat(here.refused("probe").err()).contains("nobody is named who is to be probed");
    assertThat(
            here.refused("probe", "198.51.100.7:51820", "--server-key", "A".repeat(43) + "=").err())
        .contains("nobody has said whose key to use: --key FILE");
  }

  @Test
  void the_text_of_a_peer_is_public_and_anything_else_is_no_peer() throws IOException {
    ProbePeer peer = provisioned();
    Path file = here.path(".backstay/probe/gw1/wg0.peer");
    assertThat(Files.readString(file))
        .isEqualTo(
            "probe-peer\t1\ngateway\tgw1\ninterface\twg0\nkey\t%s\naddress\t10.9.0.254\nping\t10.9.0.1\n"
                .formatted(peer.key().base64()));
    for (String other : List.of("", "probe-peer\t2\n", "probe-peer\t1\nkey\tx\n")) {
      Files.writeString(file, other, StandardCharsets.UTF_8);
      assertThat(here.run("observe", "gw1").status()).isEqualTo(ERROR);
      assertThatThrownBy(() -> peers().of("gw1"))
          .hasMessageContaining("this is no probe peer that this version can read");
    }
  }
}
