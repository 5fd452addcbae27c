package dev.backstay.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.change.SameClients.Needed;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.FactsFixture;
import dev.backstay.problem.Problem;
import dev.backstay.wireguard.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whether one gateway could serve the clients of another, and take them back. */
final class SameClientsTest {
  private static final String SERVER = "/FAD/PrGW50uuH94FF3MiEUDTd1PepATBsVpGrVaMS8=";
  private static final String ANNA = "YW5uYWFubmFhbm5hYW5uYWFubmFhbm5hYW5uYWFubmE=";
  private static final String BOB = "Ym9iMWJvYjFib2IxYm9iMWJvYjFib2IxYm9iMWJvYjE=";
  private static final SameClients SAME = new SameClients("gw1", "gw2");

  /** A gateway with these further lines of facts. */
  private static Facts gateway(String... lines) {
    return FactsFixture.with("lease\tnone", String.join("\n", lines) + "\nlease\tnone");
  }

  private static String peer(String key, String allowed) {
    return "config\twg0\tpeer\t%s\t%s\t25\t198.18.0.9:1".formatted(key, allowed);
  }

  private static String preshared(String key) {
    return "config\twg0\tpreshared\t" + key;
  }

  private static List<String> told(Facts old, Facts heir) {
    return SAME.problems(old, heir).stream()
        .map(problem -> problem.code() + ": " + problem.what())
        .toList();
  }

  @Test
  void who_has_the_same_key_and_the_same_peers_and_more_can_take_over() {
    Facts old = gateway(peer(ANNA, "10.0.0.2/32,fd00::2/128"), preshared(ANNA));
    Facts heir =
        gateway(peer(BOB, "10.0.0.3/32"), peer(ANNA, "fd00::2/128,10.0.0.2/32"), preshared(ANNA));
    assertThat(told(old, heir)).isEmpty();
  }

  @Test
  void peers_that_the_new_one_does_not_know_are_named() {
    Facts old = gateway(peer(ANNA, "10.0.0.2/32"), peer(BOB, "10.0.0.3/32"));
    assertThat(told(old, gateway(peer(ANNA, "10.0.0.2/32"))))
        .containsExactly(
            "peers-missing: wg0 does not know the peer %s, whom gw1 knows".formatted(BOB));
  }

  @Test
  void a_peer_that_only_probes_the_old_one_need_not_come_along() {
    Facts old = gateway(peer(ANNA, "10.0.0.2/32"), peer(BOB, "10.0.0.3/32"), preshared(BOB));
    Facts heir = gateway(peer(ANNA, "10.0.0.2/32"));
    SameClients knowing = new SameClients("gw1", "gw2", Set.of(new PublicKey(BOB)));
    assertThat(knowing.problems(old, heir)).isEmpty();
    assertThat(SAME.problems(old, heir)).isNotEmpty();
  }

  @Test
  void another_server_key_and_a_missing_interface_are_told() {
    Facts old = gateway(peer(ANNA, "10.0.0.2/32"));
    Facts other = FactsFixture.with(SERVER, BOB);
    assertThat(told(old, other))
        .containsExactly(
            "other-server-key: wg0 has another key here (%s) than on gw1 (%s), so no client of it would speak to this one"
                .formatted(BOB, SERVER));
    assertThat(told(old, FactsFixture.with("interface\twg0", "interface\twg1")))
        .containsExactly("no-such-interface: gw1 has the interface wg0, and this gateway has not");
  }

  @Test
  void other_allowed_ips_are_told() {
    assertThat(told(gateway(peer(ANNA, "10.0.0.2/32")), gateway(peer(ANNA, "10.0.0.9/32"))))
        .containsExactly(
            "other-allowed-ips: wg0 knows the peer %s by other allowed-ips than gw1 does"
                .formatted(ANNA));
  }

  @Test
  void a_preshared_key_on_one_side_only_is_told_whichever_side_it_is() {
    Facts with = gateway(peer(ANNA, "10.0.0.2/32"), preshared(ANNA));
    Facts without = gateway(peer(ANNA, "10.0.0.2/32"));
    String sentence =
        "other-preshared-keys: wg0 has a preshared key with the peer %s on one of the two gateways only"
            .formatted(ANNA);
    assertThat(told(with, without)).containsExactly(sentence);
    assertThat(told(without, with)).containsExactly(sentence);
    assertThat(told(with, with)).isEmpty();
  }

  @Test
  void an_old_one_that_another_rollout_is_at_work_on_could_not_take_anybody_back() {
    Facts busy = FactsFixture.with("lease\tnone", "lease\tapplied\tr-1\t7\t100");
    assertThat(SAME.problems(busy, gateway()))
        .extracting(Problem::what)
        .containsExactly("rollout r-1 is at work on gw1 (applied)");
  }

  @Test
  void ready_to_take_back_is_who_is_up_with_the_key_and_the_peers_that_are_needed() {
    Map<String, Needed> needed = Map.of("wg0", new Needed(SERVER, Set.of(new PublicKey(ANNA))));
    assertThat(SAME.notReady(gateway(peer(ANNA, "10.0.0.2/32")), needed)).isEmpty();
    assertThat(SAME.notReady(gateway(peer(BOB, "10.0.0.3/32")), needed))
        .contains("wg0 of gw1 does not know the peer %s any more".formatted(ANNA));
    assertThat(SAME.notReady(FactsFixture.with(SERVER, BOB), needed))
        .contains("wg0 of gw1 has another key now");
    assertThat(SAME.notReady(FactsFixture.with("interface\twg0", "interface\twg1"), needed))
        .contains("wg0 of gw1 is not up");
  }
}
