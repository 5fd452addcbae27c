package dev.backstay.playbook;

import dev.backstay.document.Fields;
import dev.backstay.document.Node;
import dev.backstay.document.Problems;
import dev.backstay.document.Reading;
import dev.backstay.document.Shape;
import dev.backstay.wireguard.Timing;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the section {@code traffic} of a playbook. Stateless. */
final class TrafficReader {
  static final Shape TRAFFIC =
      Shape.of("traffic", "hosts", "drain", "takeover", "settle", "keep", "unwatched");
  static final Shape TAKEOVER =
      Shape.of("takeover", "from", "apply", "verify", "revert", "timeout");

  /** A client asks anew twice in that time. */
  private static final Duration USUAL_SETTLE = Timing.ASKS_ANEW_AFTER.multipliedBy(2);

  /** Long enough to start a controller again, short enough that nobody forgets. */
  private static final Duration USUAL_UNWATCHED = Duration.ofMinutes(30);

  /** A lease is renewed several times in this time, each over SSH. */
  private static final Duration LEAST_UNWATCHED = Duration.ofMinutes(2);

  /** Two gateways for the same clients for longer than a week is an architecture. */
  private static final Duration LONGEST_KEEP = Duration.ofDays(7);

  private static final Duration LONGEST_UNWATCHED = Duration.ofDays(1);

  private static final Reading<String> HOST =
      Reading.text("the name of a traffic host of the inventory", "[a-z0-9][a-z0-9.-]*");

  private static final Reading<String> GATEWAY =
      Reading.text("the name of a gateway of the inventory", "[a-z0-9][a-z0-9.-]*");

  private static final Reading<Duration> KEEP =
      Reading.scalar(
          "a time of at most 168h such as 30m or 24h",
          s -> Units.duration(s.text()).filter(time -> time.compareTo(LONGEST_KEEP) <= 0));

  private static final Reading<Duration> UNWATCHED =
      Reading.scalar(
          "a time between 2m and 24h such as 30m",
          s ->
              Units.duration(s.text())
                  .filter(time -> time.compareTo(LEAST_UNWATCHED) >= 0)
                  .filter(time -> time.compareTo(LONGEST_UNWATCHED) <= 0));

  private final Fields fields;
  private final Problems problems;

  private TrafficReader(Fields fields, Problems problems) {
    this.fields = fields;
    this.problems = problems;
  }

  static Optional<Traffic> read(Node node, Problems problems) {
    return new TrafficReader(Fields.open(TRAFFIC, node, problems), problems).read();
  }

  /** Whether a section is about a gateway that takes over, however the rest of it reads. */
  static boolean takesOver(Optional<Node> traffic) {
    return traffic
        .filter(Node.Mapping.class::isInstance)
        .map(Node.Mapping.class::cast)
        .flatMap(mapping -> mapping.entry("takeover"))
        .isPresent();
  }

  private Optional<Traffic> read() {
    Optional<List<String>> hosts = fields.required("hosts", Reading.oneOrMore(HOST));
    hosts.ifPresent(this::twice);
    Duration settle = fields.optional("settle", Units.DURATION_OR_ZERO).orElse(USUAL_SETTLE);
    String at = fields.node("hosts").map(Node::position).orElse(fields.position()).toString();
    oneOfTheTwo();
    boolean takesOver = fields.node("takeover").isPresent();
    Fields inner =
        takesOver
            ? fields.section("takeover", TAKEOVER)
            : fields.section("drain", ScriptsReader.WAY);
    Optional<Traffic.Takeover> takeover = takesOver ? takeover(inner) : Optional.empty();
    Optional<ScriptWish> script =
        takesOver || fields.node("drain").isPresent()
            ? ScriptsReader.way(takesOver ? Traffic.TAKEOVER : Traffic.DRAIN, inner, problems)
            : Optional.empty();
    return hosts.flatMap(names -> script.map(way -> new Traffic(names, at, way, settle, takeover)));
  }

  private void oneOfTheTwo() {
    boolean takesOver = fields.node("takeover").isPresent();
    boolean drains = fields.node("drain").isPresent();
    if (takesOver && drains) {
      problems.add(
          Reading.CODE,
          fields.node("takeover").orElseThrow().position(),
          "clients are sent away from a gateway and brought back, or another one takes them over.",
          "keep one of \"drain\" and \"takeover\".");
    }
    if (!takesOver && !drains) {
      problems.add(
          "missing-key",
          fields.position(),
          "traffic needs the key \"drain\", or \"takeover\".",
          "");
    }
    if (!takesOver) {
      for (String key : List.of("keep", "unwatched")) {
        fields
            .node(key)
            .ifPresent(node ->
                problems.add(
                    Reading.CODE,
                    node.position(),
                    "\"%s\" is about the old gateway of a takeover, and there is none."
                        .formatted(key),
                    "remove it, or name the old gateway: takeover: {from: …}."));
      }
    }
  }

  private Optional<Traffic.Takeover> takeover(Fields inner) {
    Optional<String> from = inner.required("from", GATEWAY);
    Optional<Duration> keep = fields.required("keep", KEEP);
    Duration unwatched = fields.optional("unwatched", UNWATCHED).orElse(USUAL_UNWATCHED);
    String at = inner.node("from").map(Node::position).orElse(inner.position()).toString();
    return from.flatMap(
        name -> keep.map(length -> new Traffic.Takeover(name, at, length, unwatched)));
  }

  private void twice(List<String> names) {
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
