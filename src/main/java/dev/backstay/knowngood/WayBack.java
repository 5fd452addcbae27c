package dev.backstay.knowngood;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * From versions that turned out not to be good to those that were proved before, as a playbook: so
 * the way back is planned, shown, judged and held under a lease like any other change.
 *
 * @param packages what the gateways are to get, name to exact version
 * @param rollouts that proved them
 * @param gateways by name
 */
public record WayBack(
    SortedMap<String, String> packages, List<String> rollouts, List<String> gateways) {
  public WayBack {
    packages = Collections.unmodifiableSortedMap(new TreeMap<>(packages));
    gateways = List.copyOf(gateways);
  }

  private static final ObjectMapper YAML =
      YAMLMapper.builder().disable(YAMLWriteFeature.WRITE_DOC_START_MARKER).build();

  /**
   * What a gateway has now.
   *
   * @param packages in question, name to version; an empty version where one is not installed
   */
  public record Present(String gateway, Platform platform, Map<String, String> packages) {}

  /**
   * What is found for some gateways: ways back, and gateways for which there is none.
   *
   * @param without by name, the reason as a sentence
   */
  public record Found(List<WayBack> ways, SortedMap<String, String> without) {}

  /** Gateways that go back to the same versions go together. */
  public static Found of(KnownGood known, List<Present> gateways) {
    Map<SortedMap<String, String>, WayBack> ways = new LinkedHashMap<>();
    SortedMap<String, String> without = new TreeMap<>();
    for (Present present : gateways) {
      Optional<Proven> proven = known.otherThan(present.platform(), present.packages());
      if (proven.isEmpty()) {
        without.put(
            present.gateway(),
            "nothing but what it has is known to be good on " + present.platform().key());
        continue;
      }
      SortedMap<String, String> wanted = new TreeMap<>(proven.get().packages());
      wanted.keySet().retainAll(present.packages().keySet());
      ways.merge(
          wanted,
          new WayBack(wanted, List.of(proven.get().rollout()), List.of(present.gateway())),
          WayBack::and);
    }
    return new Found(List.copyOf(ways.values()), without);
  }

  /**
   * As a playbook: the one that was carried out, with these gateways and these versions. Its waves,
   * gates and leases are kept; whatever else it changed is not undone by this.
   *
   * @param name of the new playbook
   * @param carriedOut the text of the old one, without mistakes
   */
  public String playbook(String name, String carriedOut) {
    JsonNode old = YAML.readTree(carriedOut);
    ObjectNode playbook = YAML.createObjectNode();
    playbook.put("kind", "Playbook");
    playbook.put("name", name);
    ArrayNode select = playbook.putArray("select");
    gateways.forEach(select::add);
    ObjectNode change = playbook.putObject("change");
    ObjectNode versions = change.putObject("packages");
    packages.forEach(versions::put);
    change.set("activate", old.path("change").path("activate"));
    old.properties().stream()
        .filter(field -> !playbook.has(field.getKey()))
        .forEach(field -> playbook.set(field.getKey(), field.getValue()));
    return "# What %s proved to be good.%n".formatted(String.join(" and ", rollouts))
        + YAML.writeValueAsString(playbook);
  }

  private WayBack and(WayBack other) {
    Set<String> provers = new LinkedHashSet<>(rollouts);
    provers.addAll(other.rollouts);
    List<String> all = new ArrayList<>(gateways);
    all.addAll(other.gateways);
    return new WayBack(packages, List.copyOf(provers), all);
  }
}
