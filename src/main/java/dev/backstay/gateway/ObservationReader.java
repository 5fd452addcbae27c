package dev.backstay.gateway;

import dev.backstay.gateway.Observation.Asked;
import dev.backstay.gateway.Observation.Beyond;
import dev.backstay.gateway.Observation.InterfaceSample;
import dev.backstay.gateway.Observation.Sources;
import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.wireguard.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the lines of one run of the collector, one JSON object each. A line of version 1 is whole;
 * one of version 2 has what is otherwise than in the line before, unless it says that it is whole.
 * For one thread.
 */
final class ObservationReader {
  /** Names are the keys of peers: to remember them all costs more than to read them. */
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                  .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                  .build())
          .build();

  private static final int LONGEST_SENTENCE = 1000;

  private final Map<String, KnownInterface> interfaces = new TreeMap<>();
  private final Map<String, RunningCounts> counts = new HashMap<>();
  private List<String> lacks = List.of();
  private long latest;
  private boolean following;

  /** Empty for a line that is not a whole observation: a torn line is no evidence of anything. */
  Optional<Observation> read(String line) {
    try {
      JsonNode root = JSON.readTree(line);
      return switch (root.path("v").asInt(0)) {
        case 1 -> Optional.of(first(root));
        case 2 -> second(root);
        default -> Optional.empty();
      };
    } catch (JacksonException | IllegalArgumentException torn) {
      // Of what it should have told, a part may be noted: the next whole line is waited for.
      following = false;
      return Optional.empty();
    }
  }

  /** Why a gateway cannot be observed at all, if that is what this line says. */
  static Optional<String> cannot(String line) {
    if (line.length() > LONGEST_SENTENCE || !line.contains("\"cannot\"")) {
      return Optional.empty();
    }
    try {
      return JSON.readTree(line).path("cannot").stringValueOpt();
    } catch (JacksonException torn) {
      return Optional.empty();
    }
  }

  private static Observation first(JsonNode root) {
    Map<String, InterfaceSample> samples = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : root.path("interfaces").properties()) {
      KnownInterface known = new KnownInterface();
      known.tell(entry.getValue());
      samples.put(entry.getKey(), known.sample());
    }
    JsonNode sources = root.path("sources");
    return observation(
        root,
        samples,
        sources.isObject(),
        kind -> {
          RunningCounts running = new RunningCounts();
          running.tell(sources.path(kind), 0);
          return running.totals();
        },
        Beyond.NOTHING);
  }

  private Optional<Observation> second(JsonNode root) {
    if (root.has("cannot")) {
      return Optional.empty();
    }
    long number = root.path("n").asLong(0);
    boolean whole = root.path("whole").asBoolean(false);
    if (!whole && (!following || number != latest + 1)) {
      following = false;
      return Optional.empty();
    }
    latest = number;
    if (whole) {
      interfaces.clear();
      lacks = root.path("lacks").values().stream().map(sentence -> sentence.asString("")).toList();
    }
    for (Map.Entry<String, JsonNode> entry : root.path("interfaces").properties()) {
      interfaces
          .computeIfAbsent(entry.getKey(), name -> new KnownInterface())
          .tell(entry.getValue());
    }
    double uptime = root.path("uptime").asDouble();
    JsonNode sources = root.path("sources");
    for (String kind : KINDS) {
      RunningCounts running = counts.computeIfAbsent(kind, name -> new RunningCounts());
      if (whole && sources.isObject()) {
        running.onlyThoseOf(sources.path(kind), uptime);
      }
      running.tell(sources.path(kind), uptime);
    }
    List<Asked> asked = new ArrayList<>();
    for (JsonNode one : root.path("asked").values()) {
      asked.add(new Asked(one.path(0).asString(""), one.path(1).asString("")));
    }
    Map<String, InterfaceSample> samples = new HashMap<>();
    interfaces.forEach((name, known) -> samples.put(name, known.sample()));
    Observation seen =
        observation(
            root,
            samples,
            root.path("counted").asBoolean(false),
            kind -> counts.getOrDefault(kind, new RunningCounts()).totals(),
            new Beyond(root.path("flows").asBoolean(false), asked, lacks));
    following = true;
    return Optional.of(seen);
  }

  private static final List<String> KINDS =
      List.of("init_rx", "resp_tx", "cookie_tx", "init_tx", "resp_rx", "data_rx");

  private interface Kinds {
    Map<String, Long> of(String kind);
  }

  private static Observation observation(
      JsonNode root,
      Map<String, InterfaceSample> samples,
      boolean counted,
      Kinds kinds,
      Beyond beyond) {
    return new Observation(
        root.path("clock").asDouble(),
        root.path("uptime").asDouble(),
        root.path("boot").asString(""),
        root.path("srcversion").asString(""),
        samples,
        counted,
        new Sources(
            kinds.of("init_rx"),
            kinds.of("resp_tx"),
            kinds.of("cookie_tx"),
            kinds.of("init_tx"),
            kinds.of("resp_rx"),
            kinds.of("data_rx")),
        beyond);
  }

  /** What was told of an interface so far. */
  private static final class KnownInterface {
    private final Map<PublicKey, Long> handshakes = new HashMap<>();
    private final Map<PublicKey, Transfer> transfer = new HashMap<>();
    private final Map<PublicKey, String> endpoints = new HashMap<>();
    private boolean present;
    private String publicKey = "";
    private int port;
    private long rxErrors;

    void tell(JsonNode node) {
      present = node.path("present").asBoolean(false);
      if (!present) {
        handshakes.clear();
        transfer.clear();
        endpoints.clear();
      }
      publicKey = node.path("publicKey").asString("");
      port = node.path("port").asInt(0);
      rxErrors = node.path("rxErrors").asLong(0);
      node.path("handshakes")
          .properties()
          .forEach(e -> handshakes.put(new PublicKey(e.getKey()), e.getValue().asLong()));
      node.path("transfer")
          .properties()
          .forEach(e ->
              transfer.put(
                  new PublicKey(e.getKey()),
                  new Transfer(e.getValue().path(0).asLong(), e.getValue().path(1).asLong())));
      node.path("endpoints")
          .properties()
          .forEach(e -> endpoints.put(new PublicKey(e.getKey()), e.getValue().asString("")));
    }

    InterfaceSample sample() {
      return new InterfaceSample(
          present, publicKey, port, handshakes, transfer, endpoints, rxErrors);
    }
  }
}
