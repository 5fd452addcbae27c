package dev.backstay.inventory;

import dev.backstay.document.Similar;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which gateways are meant: a union of terms. A term is a gateway's name, a pattern such as {@code
 * gw*}, {@code tag:edge}, {@code group:north}, {@code site:lab}, or {@code all} (which {@code *} is
 * too). Nothing is never everything, and no term is passed over: one that matches no gateway is an
 * error, because it is more likely a slip than a wish.
 */
public final class Selection {
  private sealed interface Term {
    record Everything() implements Term {}

    record Name(String name) implements Term {}

    record Pattern(String glob) implements Term {}

    record Tag(String tag) implements Term {}

    record Group(String group) implements Term {}

    record Site(String site) implements Term {}
  }

  private final String where;
  private final List<String> words;
  private final List<Term> terms;

  private Selection(String where, List<String> words, List<Term> terms) {
    this.where = where;
    this.words = List.copyOf(words);
    this.terms = List.copyOf(terms);
  }

  /**
   * @param where the words stand, for messages: {@code file:line:column}, or empty
   * @throws ProblemException with the code {@code empty-selection} for no term at all, {@code
   *     bad-selection} for a term that is none
   */
  public static Selection parse(String where, List<String> words) {
    if (words.isEmpty()) {
      throw new ProblemException(
          "empty-selection",
          where,
          "nothing is selected.",
          "name gateways, tag:…, group:…, site:…, or all.");
    }
    List<Term> terms = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (String word : words) {
      term(word)
          .ifPresentOrElse(
              terms::add,
              () ->
                  problems.add(
                      new Problem(
                          "bad-selection",
                          where,
                          "\"" + word + "\" selects nothing that is known.",
                          "a term is a name, a pattern such as gw*, tag:…, group:…, site:…, or"
                              + " all.")));
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    return new Selection(where, words, terms);
  }

  private static Optional<Term> term(String word) {
    if (word.equals("all") || word.equals("*")) {
      return Optional.of(new Term.Everything());
    }
    int colon = word.indexOf(':');
    String value = word.substring(colon + 1);
    if (value.isEmpty() || !value.matches("[a-z0-9.*?-]+")) {
      return Optional.empty();
    }
    boolean pattern = value.contains("*") || value.contains("?");
    if (colon < 0) {
      return Optional.of(pattern ? new Term.Pattern(value) : new Term.Name(value));
    }
    if (pattern) {
      return Optional.empty();
    }
    return switch (word.substring(0, colon)) {
      case "tag" -> Optional.of(new Term.Tag(value));
      case "group" -> Optional.of(new Term.Group(value));
      case "site" -> Optional.of(new Term.Site(value));
      default -> Optional.empty();
    };
  }

  /** As they were written. */
  public List<String> terms() {
    return words;
  }

  /**
   * The gateways meant, in the order of the inventory, each once.
   *
   * @param confirmedCount how many gateways the user believes there are; asked for where everything
   *     is selected
   * @throws ProblemException with the codes {@code unknown-gateway} for a gateway or group that
   *     does not exist, {@code empty-selection} for a term that matches nothing, {@code
   *     all-needs-count} where everything is selected and the count is missing or wrong
   */
  public List<Gateway> resolve(Inventory inventory, OptionalInt confirmedCount) {
    List<Problem> problems = new ArrayList<>();
    Set<String> chosen = new HashSet<>();
    for (Term term : terms) {
      Set<String> names = names(term, inventory);
      if (names.isEmpty()) {
        problems.add(nothing(term, inventory));
      }
      if (term instanceof Term.Everything) {
        countProblem(inventory, confirmedCount).ifPresent(problems::add);
      }
      chosen.addAll(names);
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    return inventory.gateways().stream().filter(g -> chosen.contains(g.name())).toList();
  }

  private static Set<String> names(Term term, Inventory inventory) {
    return switch (term) {
      case Term.Group(String group) ->
          Set.copyOf(inventory.groups().getOrDefault(group, List.of()));
      case Term.Everything _, Term.Name _, Term.Pattern _, Term.Tag _, Term.Site _ ->
          inventory.gateways().stream()
              .filter(gateway -> matches(term, gateway))
              .map(Gateway::name)
              .collect(Collectors.toSet());
    };
  }

  private static boolean matches(Term term, Gateway gateway) {
    return switch (term) {
      case Term.Everything _ -> true;
      case Term.Name(String name) -> gateway.name().equals(name);
      case Term.Pattern(String glob) -> gateway.name().matches(regex(glob));
      case Term.Tag(String tag) -> gateway.tags().contains(tag);
      case Term.Site(String site) -> gateway.site().equals(site);
      case Term.Group _ -> false;
    };
  }

  /** Only the characters that {@link #term} lets through need a translation. */
  private static String regex(String glob) {
    return glob.replace(".", "\\.").replace("*", ".*").replace("?", ".");
  }

  private Problem nothing(Term term, Inventory inventory) {
    List<String> gateways = inventory.gateways().stream().map(Gateway::name).toList();
    return switch (term) {
      case Term.Name(String name) -> unknown("gateway", name, "gateways", gateways);
      case Term.Group(String group) when !inventory.groups().containsKey(group) ->
          unknown("group", group, "groups", new TreeSet<>(inventory.groups().keySet()));
      case Term.Group(String group) -> empty("the group \"" + group + "\" is empty.", inventory);
      case Term.Pattern(String glob) -> empty("no gateway is named like " + glob + ".", inventory);
      case Term.Tag(String tag) -> empty("no gateway has the tag \"" + tag + "\".", inventory);
      case Term.Site(String site) -> empty("no gateway stands at \"" + site + "\".", inventory);
      case Term.Everything _ -> empty("the inventory is empty.", inventory);
    };
  }

  private Problem unknown(String kind, String name, String nameOfAll, Collection<String> all) {
    return new Problem(
        "unknown-gateway",
        where,
        "there is no " + kind + " \"" + name + "\".",
        Similar.hint(name, nameOfAll, all));
  }

  private Problem empty(String what, Inventory inventory) {
    Set<String> tags = new TreeSet<>();
    Set<String> sites = new TreeSet<>();
    for (Gateway gateway : inventory.gateways()) {
      tags.addAll(gateway.tags());
      if (!gateway.site().isEmpty()) {
        sites.add(gateway.site());
      }
    }
    return new Problem(
        "empty-selection",
        where,
        what,
        "tags: "
            + listed(tags)
            + "; groups: "
            + listed(new TreeSet<>(inventory.groups().keySet()))
            + "; sites: "
            + listed(sites)
            + ".");
  }

  private static String listed(Set<String> words) {
    return words.isEmpty() ? "none" : String.join(", ", words);
  }

  private Optional<Problem> countProblem(Inventory inventory, OptionalInt confirmed) {
    int count = inventory.gateways().size();
    if (confirmed.isPresent() && confirmed.getAsInt() == count) {
      return Optional.empty();
    }
    return Optional.of(
        new Problem(
            "all-needs-count",
            where,
            confirmed.isPresent()
                ? "all is "
                    + count
                    + (count == 1 ? " gateway" : " gateways")
                    + ", not "
                    + confirmed.getAsInt()
                    + "."
                : "all gateways are selected, and their number was not confirmed.",
            "look at "
                + inventory.source()
                + " first, then say how many you expect: --all COUNT."));
  }
}
