package dev.backstay.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.FactsFixture;
import dev.backstay.wireguard.PublicKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProbePlaceTest {
  private static final String ANNA = "gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA=";
  private static final String BOB = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";

  private static Facts gateway(String... lines) {
    return FactsFixture.with("lease\tnone", String.join("\n", lines) + "\nlease\tnone");
  }

  private static String address(String address) {
    return "config\twg0\taddress\t" + address;
  }

  private static String peer(String key, String allowed) {
    return "config\twg0\tpeer\t%s\t%s\t25\t198.18.0.9:1".formatted(key, allowed);
  }

  private static String chosen(Facts facts) {
    return ProbePlace.of("gw1", facts, "wg0", Optional.empty(), Optional.empty()).inner();
  }

  @Test
  void the_highest_address_that_is_free_is_chosen_and_always_the_same() {
    Facts facts =
        gateway(
            address("10.9.0.1/24"),
            address("fd09::1/64"),
            peer(ANNA, "10.9.0.2/32,fd09::2/128"),
            peer(BOB, "10.9.0.254/32"));
    ProbePlace place = ProbePlace.of("gw1", facts, "wg0", Optional.empty(), Optional.empty());
    assertThat(place).isEqualTo(new ProbePlace("10.9.0.253", Optional.of("10.9.0.1")));
    assertThat(ProbePlace.of("gw1", facts, "wg0", Optional.empty(), Optional.empty()))
        .isEqualTo(place);
  }

  @Test
  void networks_of_peers_and_the_gateway_itself_are_not_free() {
    assertThat(chosen(gateway(address("10.9.0.254/24"), peer(ANNA, "10.9.0.192/26"))))
        .isEqualTo("10.9.0.191");
    assertThat(chosen(gateway(address("10.9.0.254/24")))).isEqualTo("10.9.0.253");
    assertThat(chosen(gateway(address("10.9.0.2/30"), peer(ANNA, "0.0.0.0/0"))))
        .as("a route for everything claims no single address")
        .isEqualTo("10.9.0.1");
  }

  @Test
  void where_there_is_no_room_in_ipv4_it_is_ipv6() {
    ProbePlace place =
        ProbePlace.of(
            "gw1",
            gateway(address("fd09::1/120"), address("10.9.0.1/32")),
            "wg0",
            Optional.empty(),
            Optional.empty());
    assertThat(place).isEqualTo(new ProbePlace("fd09::fe", Optional.of("fd09::1")));
  }

  @Test
  void no_room_at_all_is_refused_with_the_way_out() {
    for (List<String> lines :
        List.of(
            List.of(address("10.9.0.1/32")),
            List.of(address("10.9.0.1/30"), peer(ANNA, "10.9.0.0/30")))) {
      assertThatThrownBy(() -> chosen(gateway(lines.toArray(String[]::new))))
          .hasMessageContaining("is free for a probe")
          .hasMessageContaining("--address ADDRESS");
    }
    assertThatThrownBy(
            () -> chosen(gateway("config\twg0\towner\twg-quick\tetc/wireguard/wg0.conf")))
        .hasMessageContaining("has no address");
  }

  @Test
  void an_address_that_was_named_is_taken_if_it_is_nobody_elses() {
    Facts facts = gateway(address("10.9.0.1/24"), peer(ANNA, "10.9.0.2/32"));
    assertThat(
            ProbePlace.of("gw1", facts, "wg0", Optional.empty(), Optional.of("10.77.0.9")).inner())
        .isEqualTo("10.77.0.9");
    assertThat(
            ProbePlace.of(
                    "gw1", facts, "wg0", Optional.of(new PublicKey(ANNA)), Optional.of("10.9.0.2"))
                .inner())
        .isEqualTo("10.9.0.2");
    assertThatThrownBy(
            () -> ProbePlace.of("gw1", facts, "wg0", Optional.empty(), Optional.of("10.9.0.2")))
        .hasMessageContaining("10.9.0.2 on wg0 belongs to peer " + ANNA);
    assertThatThrownBy(
            () -> ProbePlace.of("gw1", facts, "wg0", Optional.empty(), Optional.of("10.9.0.1")))
        .hasMessageContaining("belongs to the gateway itself, on wg0");
    assertThatThrownBy(
            () -> ProbePlace.of("gw1", facts, "wg0", Optional.empty(), Optional.of("10.9.0.0/24")))
        .hasMessageContaining("is no address");
  }
}
