package dev.backstay.knowngood;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.knowngood.WayBack.Present;
import dev.backstay.playbook.Activation;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** From what turned out not to be good to what was proved before. */
class WayBackTest {
  private static final Platform BOOKWORM = new Platform("debian-12", "6.1", "x86_64", "dkms");
  private static final Platform TRIXIE = new Platform("debian-13", "6.12", "x86_64", "dkms");

  private static final String CARRIED_OUT =
      """
      kind: Playbook
      name: module-1.0.3
      select: tag:edge
      change:
        packages: {wireguard-dkms: 1.0.3}
        activate: reload-module
      waves: [1, rest]
      gates: {silent: 10%}
      lease: {apply: 90s}
      """;

  private final KnownGood known =
      KnownGood.NOTHING
          .with(BOOKWORM, proven("first", "1.0.1"))
          .with(BOOKWORM, proven("second", "1.0.2"))
          .with(BOOKWORM, proven("third", "1.0.3"))
          .with(TRIXIE, proven("third", "1.0.3"));

  @Test
  void the_newest_that_is_not_there_already_is_gone_back_to() {
    WayBack.Found found = WayBack.of(known, List.of(has("gw1", BOOKWORM, "1.0.3")));
    assertThat(found.without()).isEmpty();
    assertThat(found.ways())
        .containsExactly(
            new WayBack(
                new TreeMap<>(Map.of("wireguard-dkms", "1.0.2")),
                List.of("second"),
                List.of("gw1")));
  }

  @Test
  void gateways_that_go_back_to_the_same_versions_go_in_one_playbook() {
    WayBack.Found found =
        WayBack.of(
            known,
            List.of(
                has("gw1", BOOKWORM, "1.0.3"),
                has("gw2", BOOKWORM, "1.0.2"),
                has("gw3", BOOKWORM, "1.0.3")));
    assertThat(found.ways())
        .extracting(WayBack::gateways)
        .containsExactlyInAnyOrder(List.of("gw1", "gw3"), List.of("gw2"));
  }

  @Test
  void where_nothing_else_is_known_to_be_good_it_is_said_by_gateway() {
    WayBack.Found found =
        WayBack.of(known, List.of(has("gw1", BOOKWORM, "1.0.3"), has("gw2", TRIXIE, "1.0.3")));
    assertThat(found.without())
        .containsOnly(
            Map.entry(
                "gw2",
                "nothing but what it has is known to be good on debian-13/6.12/x86_64/dkms"));
  }

  @Test
  void what_is_not_installed_now_is_another_version_too() {
    assertThat(WayBack.of(known, List.of(has("gw1", TRIXIE, ""))).ways())
        .extracting(WayBack::packages)
        .containsExactly(new TreeMap<>(Map.of("wireguard-dkms", "1.0.3")));
  }

  @Test
  void versions_of_other_packages_are_no_way_back_for_these() {
    Present tools = new Present("gw1", BOOKWORM, Map.of("wireguard-tools", "1"));
    assertThat(WayBack.of(known, List.of(tools)).ways()).isEmpty();
  }

  @Test
  void the_playbook_has_the_old_ones_rules_and_the_proved_versions() {
    WayBack way =
        new WayBack(
            new TreeMap<>(Map.of("wireguard-dkms", "1.10")),
            List.of("second"),
            List.of("gw1", "gw3"));
    String text = way.playbook("known-good", CARRIED_OUT);
    Playbook playbook = PlaybookReader.read("known-good.yaml", text);
    Playbook old = PlaybookReader.read("module.yaml", CARRIED_OUT);
    assertThat(text).startsWith("# What second proved to be good.\n");
    assertThat(playbook.name()).isEqualTo("known-good");
    assertThat(playbook.select()).containsExactly("gw1", "gw3");
    assertThat(playbook.change().packages()).containsOnly(Map.entry("wireguard-dkms", "1.10"));
    assertThat(playbook.change().activate()).isEqualTo(Activation.RELOAD_MODULE);
    assertThat(playbook.waves()).isEqualTo(old.waves());
    assertThat(playbook.gates()).isEqualTo(old.gates());
    assertThat(playbook.lease()).isEqualTo(old.lease());
  }

  private static Proven proven(String rollout, String version) {
    return new Proven(
        "2026-11-25T00:00:00Z",
        rollout,
        "6.1.0-28-amd64",
        "ABC",
        new TreeMap<>(Map.of("wireguard-dkms", version)),
        new TreeMap<>());
  }

  private static Present has(String gateway, Platform platform, String version) {
    return new Present(gateway, platform, Map.of("wireguard-dkms", version));
  }
}
