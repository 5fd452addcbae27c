package dev.backstay.gateway;

import dev.backstay.gateway.Observation.InterfaceSample;
import dev.backstay.gateway.Observation.Sources;
import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.wireguard.PublicKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Reads the collector's lines, one JSON object a second. */
final class ObservationReader {
  /** Names are the keys of peers: to remember them all costs more than to read them. */
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                  .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                  .build())
          .build();

  private ObservationReader() {}

  /** Empty for a line that is not a whole observation: a torn line is no evidence of anything. */
  static Optional<Observation> read(String line) {
    try {
      JsonNode root = JSON.readTree(line);
      if (root == null || root.path("v").asInt(0) != 1) {
        return Optional.empty();
      }
      Map<String, InterfaceSample> interfaces = new HashMap<>();
      for (Map.Entry<String, JsonNode> entry : root.path("interfaces").properties()) {
        interfaces.put(entry.getKey(), sample(entry.getValue()));
      }
      return Optional.of(
          new Observation(
              root.path("clock").asDouble(),
              root.path("uptime").asDouble(),
              root.path("boot").asString(""),
              root.path("srcversion").asString(""),
              interfaces,
              root.path("sources").isObject(),
              sources(root.path("sources"))));
    } catch (JacksonException | IllegalArgumentException torn) {
      return Optional.empty();
    }
  }

  private static InterfaceSample sample(JsonNode node) {
    Map<PublicKey, Long> handshakes = new HashMap<>();
    node.path("handshakes")
        .properties()
        .forEach(e -> handshakes.put(new PublicKey(e.getKey()), e.getValue().asLong()));
    Map<PublicKey, Transfer> transfer = new HashMap<>();
    node.path("transfer")
        .properties()
        .forEach(e ->
            transfer.put(
                new PublicKey(e.getKey()),
                new Transfer(e.getValue().path(0).asLong(), e.getValue().path(1).asLong())));
    Map<PublicKey, String> endpoints = new HashMap<>();
    node.path("endpoints")
        .properties()
        .forEach(e -> endpoints.put(new PublicKey(e.getKey()), e.getValue().asString("")));
    return new InterfaceSample(
        node.path("present").asBoolean(false),
        node.path("publicKey").asString(""),
        node.path("port").asInt(0),
        handshakes,
        transfer,
        endpoints);
  }

  private static Sources sources(JsonNode node) {
    return new Sources(
        counts(node.path("init_rx")),
        counts(node.path("resp_tx")),
        counts(node.path("cookie_tx")),
        counts(node.path("init_tx")),
        counts(node.path("resp_rx")),
        counts(node.path("data_rx")));
  }

  private static Map<String, Long> counts(JsonNode node) {
    Map<String, Long> counts = new HashMap<>();
    node.properties().forEach(e -> counts.put(e.getKey(), e.getValue().asLong()));
    return counts;
  }
}
