package dev.backstay.playbook;

import dev.backstay.document.Fields;
import dev.backstay.document.Node;
import dev.backstay.document.Problems;
import dev.backstay.document.Reading;
import dev.backstay.document.Shape;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the section {@code traffic} of a playbook. Stateless. */
final class TrafficReader {
  static final Shape TRAFFIC =
      Shape.of("traffic", "hosts", "drain", "settle").notBuilt("takeover", "keep");

  /** A client that hears nothing asks anew after 15 s (wireguard.md §1.1); twice that. */
  private static final Duration USUAL_SETTLE = Duration.ofSeconds(30);

  private static final Reading<String> HOST =
      Reading.text("the name of a traffic host of the inventory", "[a-z0-9][a-z0-9.-]*");

  private TrafficReader() {}

  static Optional<Traffic> read(Node node, Problems problems) {
    Fields fields = Fields.open(TRAFFIC, node, problems);
    Optional<List<String>> hosts = fields.required("hosts", Reading.oneOrMore(HOST));
    hosts.ifPresent(names -> twice(fields, names, problems));
    Optional<ScriptWish> drain =
        fields.required("drain", (script, into) -> ScriptsReader.way(Traffic.DRAIN, script, into));
    Duration settle = fields.optional("settle", Units.DURATION_OR_ZERO).orElse(USUAL_SETTLE);
    String at = fields.node("hosts").map(Node::position).orElse(node.position()).toString();
    return hosts.flatMap(names -> drain.map(script -> new Traffic(names, at, script, settle)));
  }

  private static void twice(Fields fields, List<String> names, Problems problems) {
    Set<String> seen = new HashSet<>();
    names.stream()
        .filter(name -> !seen.add(name))
        .forEach(name ->
            problems.add(
                Reading.CODE,
                fields.node("hosts").map(Node::position).orElse(fields.position()),
                "the traffic host \"%s\" is named twice.".formatted(name),
                "once is enough."));
  }
}
