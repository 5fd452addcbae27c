package dev.backstay.knowngood;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * The file as it is written: the newest of each platform in plain view, where other tools read it,
 * and those before it under {@code earlier}. Every text is in quotes: {@code 1.10} is no number.
 */
public final class KnownGoodText {
  private static final String HEAD =
      """
      # Versions that a confirmed rollout has proved, by platform. Written by Backstay when a rollout ends well.
      # Review it like code, and pin from it; take out what turned out not to be good.
      """;

  private static final ObjectMapper YAML =
      YAMLMapper.builder().disable(YAMLWriteFeature.WRITE_DOC_START_MARKER).build();

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private KnownGoodText() {}

  public static String yaml(KnownGood known) {
    return HEAD + YAML.writeValueAsString(document(known));
  }

  public static String json(KnownGood known) {
    return JSON.writeValueAsString(document(known)) + "\n";
  }

  private static Map<String, Object> document(KnownGood known) {
    Map<String, Object> platforms = new LinkedHashMap<>();
    known
        .platforms()
        .forEach((platform, all) -> {
          Map<String, Object> newest = one(all.getFirst());
          List<Map<String, Object>> earlier = all.stream().skip(1).map(KnownGoodText::one).toList();
          if (!earlier.isEmpty()) {
            newest.put("earlier", earlier);
          }
          platforms.put(platform.key(), newest);
        });
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("kind", "KnownGood");
    document.put("platforms", platforms);
    return document;
  }

  private static Map<String, Object> one(Proven proven) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("since", proven.since());
    map.put("rollout", proven.rollout());
    map.put("kernel", proven.kernel());
    if (!proven.module().isEmpty()) {
      map.put("module", proven.module());
    }
    map.put("packages", proven.packages());
    map.put("gateways", proven.gateways());
    return map;
  }
}
