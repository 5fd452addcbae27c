package dev.backstay.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.change.Packages.VersionChange;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.FactsFixture;
import dev.backstay.playbook.Activation;
import dev.backstay.playbook.Approval;
import dev.backstay.playbook.Change;
import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Implementation;
import dev.backstay.playbook.InterfaceWish;
import dev.backstay.playbook.InterfaceWish.PeerWish;
import dev.backstay.playbook.Limits;
import dev.backstay.playbook.Maintenance;
import dev.backstay.playbook.Percent;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.WaveSize;
import dev.backstay.problem.Problem;
import dev.backstay.wireguard.IpPrefix;
import dev.backstay.wireguard.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the kinds of change beside packages come to on one gateway. */
final class KindsTest {
  private static final PublicKey ALICE =
      new PublicKey("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=");
  private static final PublicKey BOB =
      new PublicKey("BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBE=");
  private static final PublicKey CAROL =
      new PublicKey("CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCE=");

  private static final String DETAIL =
      """
      config\twg0\towner\twg-quick\tetc/wireguard/wg0.conf
      config\twg0\ttable\tauto
      config\twg0\taddress\t10.0.0.1/24
      config\twg0\tpeer\t%s\t10.0.0.2/32\t25\t198.51.100.7:40001
      config\twg0\tpeer\t%s\t10.0.0.3/32,192.168.7.0/24\toff\t-
      sysctl\tnet.core.rmem_max\tvalue\t212992
      sysctl\tnet.no_such\tmissing
      lease\tnone
      """
          .formatted(ALICE, BOB);

  private static Facts facts() {
    return FactsFixture.with("lease\tnone\n", DETAIL);
  }

  private static Facts facts(String was, String is) {
    assertThat(DETAIL).contains(was);
    return FactsFixture.with("lease\tnone\n", DETAIL.replace(was, is));
  }

  private static Preflight config(InterfaceWish wish) {
    return preflight(
        new Change(
            Map.of(),
            Activation.NONE,
            new TreeMap<>(Map.of("wg0", wish)),
            new TreeMap<>(),
            List.of(),
            Optional.empty()));
  }

  private static Preflight preflight(Change change) {
    return new Preflight(
        new Playbook(
            "p.yaml",
            "p",
            List.of("gw1"),
            "p.yaml:3:9",
            change,
            List.of(new WaveSize.Rest()),
            new Playbook.Observe(
                Duration.ofSeconds(10), Duration.ofSeconds(60), true, Duration.ZERO),
            new Gates(new Percent(50), new Percent(500), new Percent(2000), new Percent(0)),
            true,
            new Playbook.Lease(Duration.ofSeconds(60), Duration.ofSeconds(60)),
            Limits.STRICT,
            Maintenance.ANY_TIME,
            Approval.NOBODY));
  }

  private static InterfaceWish peers(Map<PublicKey, PeerWish> peers) {
    return new InterfaceWish(
        "p.yaml:6:3", Optional.empty(), Optional.empty(), Optional.empty(), List.of(), peers);
  }

  private static PeerWish allowed(String... ips) {
    return new PeerWish.Present(
        Optional.of(List.of(ips).stream().map(ip -> IpPrefix.parse(ip).orElseThrow()).toList()),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void only_what_differs_is_told_to_the_gateway_and_shown() {
    InterfaceWish wish =
        new InterfaceWish(
            "p.yaml:6:3",
            Optional.of(51821),
            Optional.of(0L),
            Optional.of(1420),
            List.of(new IpPrefix("10.0.0.1", 24)),
            new TreeMap<>(
                Map.of(
                    ALICE,
                    new PeerWish.Present(
                        Optional.of(List.of(new IpPrefix("10.0.0.2", 32))),
                        Optional.of(25),
                        Optional.empty()),
                    BOB,
                    new PeerWish.Absent(),
                    CAROL,
                    allowed("10.0.0.9/32"))));
    GatewayChange change = config(wish).resolve("gw1", facts());
    assertThat(change.file("r", 1))
        .contains(
            """
            config\twg0\tfile\tetc/wireguard/wg0.conf
            config\twg0\tlisten-port\t51821
            config\twg0\tpeer\t%s\tabsent
            config\twg0\tpeer\t%s\tpresent\t10.0.0.9/32\t=\t=
            activate\tnone
            """
                .formatted(BOB, CAROL))
        .contains("touch\twg0\n");
    assertThat(change.diff())
        .containsExactly(
            "interface wg0: ListenPort 51820 → 51821",
            "interface wg0: peer %s removed, had 10.0.0.3/32, 192.168.7.0/24".formatted(BOB),
            "interface wg0: peer %s added, AllowedIPs none → 10.0.0.9/32".formatted(CAROL));
    Config.After after = change.part(Config.class).orElseThrow().edits().getFirst().after();
    assertThat(after.peers()).containsExactlyInAnyOrder(ALICE, CAROL);
    assertThat(after.excused()).contains(BOB).doesNotContain(ALICE);
    assertThat(after.moved()).isTrue();
    assertThat(config(wish).problems("gw1", facts())).isEmpty();
  }

  @Test
  void an_interface_that_is_as_wanted_has_nothing_to_do() {
    assertThat(
            config(peers(Map.of(ALICE, allowed("10.0.0.2")))).resolve("gw1", facts()).nothingToDo())
        .isTrue();
  }

  @Test
  void an_address_of_another_peer_is_refused_by_name_unless_the_change_takes_it_from_there() {
    assertThat(config(peers(Map.of(CAROL, allowed("10.0.0.2/32")))).problems("gw1", facts()))
        .extracting(Problem::what)
        .containsExactly("10.0.0.2/32 on wg0 belongs to peer " + ALICE);
    assertThat(
            config(peers(Map.of(CAROL, allowed("10.0.0.2/32"), ALICE, new PeerWish.Absent())))
                .problems("gw1", facts()))
        .isEmpty();
  }

  @Test
  void what_only_wg_quick_or_nobody_could_undo_is_refused() {
    Preflight all = config(peers(Map.of(BOB, allowed("0.0.0.0/0"))));
    assertThat(all.problems("gw1", facts()))
        .extracting(Problem::code)
        .containsExactly("policy-routes");
    assertThat(all.problems("gw1", facts("table\tauto", "table\toff"))).isEmpty();
    assertThat(
            all.problems(
                "gw1", facts("owner\twg-quick\tetc/wireguard/wg0.conf", "owner\tnetworkd")))
        .extracting(Problem::what)
        .containsExactly("interface wg0 belongs to systemd-networkd, whose reload drops its peers");
  }

  @Test
  void a_setting_that_does_not_exist_is_refused_when_planning() {
    Change change =
        new Change(
            Map.of(),
            Activation.NONE,
            new TreeMap<>(),
            new TreeMap<>(Map.of("net.core.rmem_max", "2500000", "net.no_such", "1")),
            List.of(),
            Optional.empty());
    assertThat(preflight(change).problems("gw1", facts()))
        .extracting(Problem::what)
        .containsExactly("this kernel has no setting net.no_such");
    assertThat(preflight(change).resolve("gw1", facts()).diff())
        .containsExactly("sysctl net.core.rmem_max 212992 → 2500000");
    assertThat(preflight(change).query().settings()).contains("net.no_such");
  }

  @Test
  void a_takeover_needs_wireguard_go_and_a_module_that_can_be_taken_away() {
    Change change =
        new Change(
            Map.of(),
            Activation.NONE,
            new TreeMap<>(),
            new TreeMap<>(),
            List.of(),
            Optional.of(Implementation.WIREGUARD_GO));
    assertThat(preflight(change).problems("gw1", facts())).isEmpty();
    assertThat(preflight(change).resolve("gw1", facts()).what())
        .isEqualTo("wg0 taken over by wireguard-go");
    Facts builtin =
        FactsFixture.with(
            "module\tdisk\t4B296AD2DF2AFD786074497\n",
            "module\tdisk\tbuiltin\ntool\twireguard-go\tmissing\n");
    assertThat(preflight(change).problems("gw1", builtin))
        .extracting(Problem::code)
        .containsExactly("tool-missing", "no-module", "not-by-wg-quick");
  }

  @Test
  void tools_are_a_package_like_any_other() {
    assertThat(new Packages(List.of(new VersionChange("wireguard-tools", "1", "2"))).what())
        .isEqualTo("wireguard-tools 1 → 2");
  }
}
