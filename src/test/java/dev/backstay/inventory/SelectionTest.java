package dev.backstay.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {
  private static final Inventory INVENTORY =
      new Inventory(
          "inv.yaml",
          List.of(
              gateway("gw2", Set.of("edge"), "lab"),
              gateway("gw1", Set.of("edge", "core"), ""),
              gateway("gw10", Set.of(), "lab"),
              gateway("vpn.example", Set.of(), "paris")),
          Map.of("north", List.of("gw1", "vpn.example"), "none", List.of()));

  private static Gateway gateway(String name, Set<String> tags, String site) {
    return new Gateway(
        name,
        new Target(name, name, 22, "root", List.of(), Path.of("known_hosts"), List.of()),
        tags,
        site);
  }

  private static List<String> select(OptionalInt count, String... terms) {
    return Selection.parse("", List.of(terms)).resolve(INVENTORY, count).stream()
        .map(Gateway::name)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "gw1,                gw1",
    "gw*,                gw2 gw1 gw10",
    "gw?,                gw2 gw1",
    "vpn.*,              vpn.example",
    "tag:edge,           gw2 gw1",
    "group:north,        gw1 vpn.example",
    "site:lab,           gw2 gw10",
    "gw10 tag:core gw1,  gw1 gw10"
  })
  void terms_are_united_in_the_order_of_the_inventory(String terms, String expected) {
    assertThat(select(OptionalInt.empty(), terms.split(" "))).containsExactly(expected.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gw3         | unknown-gateway | there is no gateway "gw3".%  hint: did you mean "gw1"?
          berlin      | unknown-gateway | there is no gateway "berlin".%  hint: gateways: gw2, gw1, gw10, vpn.example.
          group:nroth | unknown-gateway | there is no group "nroth".%  hint: did you mean "north"?
          tag:egde    | empty-selection | no gateway has the tag "egde".%  hint: tags: core, edge; groups: none, north; sites: lab, paris.
          site:rome   | empty-selection | no gateway stands at "rome".%  hint: tags: core, edge; groups: none, north; sites: lab, paris.
          group:none  | empty-selection | the group "none" is empty.%  hint: tags: core, edge; groups: none, north; sites: lab, paris.
          x*          | empty-selection | no gateway is named like x*.%  hint: tags: core, edge; groups: none, north; sites: lab, paris.
          colour:red  | bad-selection   | "colour:red" selects nothing that is known.%  hint: a term is a name, a pattern such as gw*, tag:…, group:…, site:…, or all.
          """)
  void what_matches_nothing_is_an_error_and_never_passed_over(
      String term, String code, String text) {
    assertThatThrownBy(() -> select(OptionalInt.empty(), "gw1", term))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problems().getFirst().code()).isEqualTo(code))
        .hasMessage(text.replace("%", "\n"));
  }

  @Test
  void every_wrong_term_is_told_at_once() {
    assertThatThrownBy(() -> select(OptionalInt.empty(), "gw3", "gw4"))
        .hasMessageContaining("\"gw3\"")
        .hasMessageContaining("\"gw4\"");
  }

  @ParameterizedTest
  @CsvSource({"all", "*"})
  void everything_needs_its_number(String term) {
    assertThat(select(OptionalInt.of(4), term)).hasSize(4);
    assertThatThrownBy(() -> select(OptionalInt.empty(), term))
        .hasMessage(
            "all gateways are selected, and their number was not confirmed.\n"
                + "  hint: look at "
                + INVENTORY.source()
                + " first, then say how many you expect: --all COUNT.");
    assertThatThrownBy(() -> select(OptionalInt.of(3), term))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problems().getFirst().code()).isEqualTo("all-needs-count"))
        .hasMessageStartingWith("all is 4 gateways, not 3.");
  }

  @Test
  void no_term_selects_nothing_and_not_everything() {
    assertThatThrownBy(() -> Selection.parse("", List.of()))
        .hasMessage("nothing is selected.\n  hint: name gateways, tag:…, group:…, site:…, or all.");
  }
}
