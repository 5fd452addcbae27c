package dev.backstay.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FrontTest {
  private static final String TWO =
      """
      kind: Inventory
      ssh: {user: ops, port: 2222}
      gateways:
        gw1: {host: 198.18.0.11}
      traffic:
        lb1: {host: 198.18.0.31, user: root}
        lb2: {host: 198.18.0.32}
      """;

  @TempDir private Path folder;

  private Inventory read(String text) {
    try {
      Path file = folder.resolve("inv.yaml");
      Files.writeString(file, text);
      return new InventoryReader(folder).read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void traffic_hosts_are_reached_as_gateways_are_and_no_selection_finds_them() {
    Inventory inventory = read(TWO);
    assertThat(inventory.gateways()).extracting(Gateway::name).containsExactly("gw1");
    Gateway lb1 = Front.named(List.of("lb1"), "here", inventory).hosts().getFirst();
    assertThat(lb1.target().host()).isEqualTo("198.18.0.31");
    assertThat(lb1.target().user()).isEqualTo("root");
    assertThat(lb1.target().port()).isEqualTo(2222);
  }

  @Test
  void they_are_asked_in_the_order_of_the_playbook() {
    assertThat(Front.named(List.of("lb2", "lb1"), "here", read(TWO)).hosts())
        .extracting(Gateway::name)
        .containsExactly("lb2", "lb1");
  }

  @Test
  void every_name_that_there_is_not_is_told_with_its_place() {
    Inventory inventory = read(TWO);
    assertThatThrownBy(() -> Front.named(List.of("lb3", "lb1", "gw1"), "play.yaml:9:10", inventory))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("play.yaml:9:10: there is no traffic host \"lb3\"")
        .hasMessageContaining("there is no traffic host \"gw1\"")
        .hasMessageContaining("did you mean");
  }

  @Test
  void the_gateway_whose_clients_are_taken_over_is_one_of_the_inventory() {
    Front front = Front.named(List.of("lb1"), "here", read(TWO));
    assertThat(front.takingOverFrom("gw1", "play.yaml:8:20", read(TWO)).old())
        .map(Gateway::name)
        .contains("gw1");
    assertThatThrownBy(() -> front.takingOverFrom("gw2", "play.yaml:8:20", read(TWO)))
        .hasMessageContaining("play.yaml:8:20: there is no gateway \"gw2\"")
        .hasMessageContaining("did you mean");
  }

  @Test
  void an_inventory_without_any_says_how_to_name_one() {
    Inventory inventory = read("kind: Inventory\ngateways: {gw1: {host: 198.18.0.11}}\n");
    assertThatThrownBy(() -> Front.named(List.of("lb1"), "play.yaml:9:10", inventory))
        .hasMessageContaining("name it there, under traffic: {lb1: {host: …}}");
  }

  @Test
  void a_traffic_host_is_no_gateway_of_the_same_name_and_has_neither_tags_nor_a_pair() {
    assertThatThrownBy(() ->
            read(
                """
                kind: Inventory
                gateways: {gw1: {host: 198.18.0.11}}
                traffic: {gw1: {host: 198.18.0.31, pair: a}}
                """))
        .hasMessageContaining("\"gw1\" is a gateway already.")
        .hasMessageContaining("\"pair\" is no key of a traffic host.");
  }
}
