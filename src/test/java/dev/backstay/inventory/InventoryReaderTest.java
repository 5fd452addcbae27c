package dev.backstay.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Target;
import dev.backstay.testing.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InventoryReaderTest {
  private static final Path HOME = Path.of("/home/ops");
  @TempDir Path folder;

  private Inventory read(String text) {
    try {
      return new InventoryReader(HOME).read(Files.writeString(folder.resolve("inv.yaml"), text));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void defaults_hold_for_all_gateways_and_each_may_override_them() {
    Inventory inventory =
        read(
            """
            kind: Inventory
            ssh:
              user: ops
              port: 2222
              identity: [~/.ssh/id_ed25519, keys/fleet]
              knownHosts: known_hosts
              jump: [jump@bastion.example:22, "[2001:db8::1]"]
            gateways:
              gw1: {host: 198.18.0.11, tags: [edge, north], site: lab}
              gw2: {host: "2001:db8::2", user: root, port: 22, identity: /k, knownHosts: ~/kh, jump: []}
            groups:
              north: [gw1, gw2]
              one: gw2
            """);
    assertThat(inventory.gateways())
        .containsExactly(
            new Gateway(
                "gw1",
                new Target(
                    "gw1",
                    "198.18.0.11",
                    2222,
                    "ops",
                    List.of(HOME.resolve(".ssh/id_ed25519"), folder.resolve("keys/fleet")),
                    folder.resolve("known_hosts"),
                    List.of(
                        new Target.Jump("bastion.example", 22, "jump"),
                        new Target.Jump("2001:db8::1", 22, "ops"))),
                Set.of("edge", "north"),
                "lab"),
            new Gateway(
                "gw2",
                new Target(
                    "gw2",
                    "2001:db8::2",
                    22,
                    "root",
                    List.of(Path.of("/k")),
                    HOME.resolve("kh"),
                    List.of()),
                Set.of(),
                ""));
    assertThat(inventory.groups())
        .isEqualTo(Map.of("north", List.of("gw1", "gw2"), "one", List.of("gw2")));
  }

  @Test
  void the_least_inventory_uses_openssh_places() {
    Inventory inventory = read("kind: Inventory\ngateways:\n  gw1: {host: gw1.example}\n");
    assertThat(inventory.gateways().getFirst().target())
        .isEqualTo(
            new Target(
                "gw1",
                "gw1.example",
                22,
                "root",
                List.of(HOME.resolve(".ssh/id_ed25519")),
                HOME.resolve(".ssh/known_hosts"),
                List.of()));
    assertThat(inventory.source()).isEqualTo(folder.resolve("inv.yaml").toString());
  }

  @Test
  void two_gateways_may_share_a_host() {
    assertThat(
            read("kind: Inventory\ngateways:\n  a1: {host: h}\n  a2: {host: h, port: 23}\n")
                .gateways())
        .hasSize(2);
  }

  @Test
  void sites_have_zones_and_gateways_have_partners() {
    Inventory inventory =
        read(
            """
            kind: Inventory
            gateways:
              a1: {host: a1.example, site: berlin, pair: a}
              a2: {host: a2.example, pair: a}
            sites:
              berlin: {zone: Europe/Berlin}
            """);
    assertThat(inventory.gateways().getFirst().zone()).contains(ZoneId.of("Europe/Berlin"));
    assertThat(inventory.gateways().getLast().zone()).isEmpty();
    assertThat(inventory.gateways()).extracting(Gateway::pair).containsExactly("a", "a");
  }

  @Test
  void a_pair_of_one_and_a_site_of_nobody_are_slips() {
    assertThatThrownBy(() ->
            read(
                """
                kind: Inventory
                gateways:
                  a1: {host: a1.example, site: berlin, pair: a}
                sites:
                  berlim: {zone: Europe/Berlin}
                """))
        .hasMessage(
            """
            F:3:46: "a1" is the only gateway of this pair.
              hint: give its partner the same word, or remove it.
            F:5:3: no gateway stands at "berlim".
              hint: did you mean "berlin"?\
            """
                .replace("F:", folder.resolve("inv.yaml") + ":"));
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            "gw1: {hots: h}",
            """
            F:3:8: a gateway needs the key "host".
            F:3:9: "hots" is no key of a gateway.
              hint: did you mean "host"?\
            """),
        Arguments.of(
            "gw1: {host: h, password: x}",
            """
            F:3:18: "password" is no key of a gateway.
              hint: its keys: host, tags, site, pair, encrypt, user, port, identity, knownHosts, jump.\
            """),
        Arguments.of(
            "GW 1: {host: h}",
            """
            F:3:3: this is "GW 1"; expected is a name of lower-case letters, digits, dots and \
            dashes (and not "all").\
            """),
        Arguments.of(
            "all: {host: h}",
            """
            F:3:3: this is "all"; expected is a name of lower-case letters, digits, dots and \
            dashes (and not "all").\
            """),
        Arguments.of(
            "gw1: {host: h, port: 70000}",
            "F:3:24: this is \"70000\"; expected is a whole number from 1 to 65535."),
        Arguments.of(
            "gw1: {host: h, port: [22]}",
            "F:3:24: this is a list; expected is a whole number from 1 to 65535."),
        Arguments.of(
            "gw1: {host: -oProxyCommand=x}",
            "F:3:15: this is \"-oProxyCommand=x\"; expected is a host name or an address."),
        Arguments.of(
            "gw1: {host: h, user: -x}", "F:3:24: this is \"-x\"; expected is a user name."),
        Arguments.of(
            "gw1: {host: h, jump: 'a b'}",
            "F:3:24: this is \"a b\"; expected is a jump host such as ops@bastion.example:22."),
        Arguments.of(
            "gw1: {host: }", "F:3:14: this is empty; expected is a host name or an address."),
        Arguments.of(
            "gw1: h",
            """
            F:3:8: this is "h"; expected is a mapping with the keys host, tags, site, pair, encrypt, user, port, \
            identity, knownHosts, jump.\
            """),
        Arguments.of(
            "gw1: {host: h}\ngroups: {n: [gw1, gv1]}",
            """
            F:4:19: there is no gateway "gv1".
              hint: did you mean "gw1"?\
            """),
        Arguments.of(
            "gw1: {host: h, port: x}\ngroups: {n: gw1}\nssh: {prot: 1}\nother: 1",
            """
            F:3:24: this is "x"; expected is a whole number from 1 to 65535.
            F:5:7: "prot" is no key of ssh.
              hint: did you mean "port"?
            F:6:1: "other" is no key of an inventory.
              hint: its keys: kind, ssh, gateways, groups, sites, traffic.\
            """));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_is_told_with_its_place_and_all_are_told_at_once(String gateways, String message) {
    assertThatThrownBy(() -> read("kind: Inventory\ngateways:\n  " + gateways + "\n"))
        .isInstanceOf(ProblemException.class)
        .hasMessage(message.replace("F:", folder.resolve("inv.yaml") + ":"));
  }

  @Test
  void an_inventory_without_gateways_is_refused() {
    assertThatThrownBy(() -> read("kind: Inventory\ngateways: {}\n"))
        .hasMessage(
            folder.resolve("inv.yaml")
                + ":2:11: this is an empty mapping; expected is a mapping of names with at least"
                + " one gateway.");
  }

  @Test
  void another_kind_of_file_is_refused() {
    assertThatThrownBy(() -> read("kind: Playbook\ngateways: {gw1: {host: h}}\n"))
        .hasMessage(
            folder.resolve("inv.yaml") + ":1:7: this is \"Playbook\"; expected is \"Inventory\".");
  }

  @Test
  void the_schema_knows_the_same_keys() {
    Schemas.of("inventory")
        .hasExactly(InventoryReader.INVENTORY, "")
        .hasExactly(InventoryReader.SITE, "/properties/sites/additionalProperties")
        .hasExactly(InventoryReader.SSH, "/properties/ssh")
        .hasExactly(InventoryReader.GATEWAY, "/properties/gateways/additionalProperties")
        .hasExactly(InventoryReader.TRAFFIC, "/properties/traffic/additionalProperties")
        .andNothingElse();
  }
}
