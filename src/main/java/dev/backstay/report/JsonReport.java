package dev.backstay.report;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The story for programs: one object, with everything that the other forms tell. */
public final class JsonReport {
  /** Raised when a field goes or means something else; new fields do not raise it. */
  private static final int VERSION = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private JsonReport() {}

  private record Document(int version, Story rollout, List<String> undelivered) {}

  /**
   * @param undelivered notifications that nobody got, a line each
   */
  public static String of(Story story, List<String> undelivered) {
    return JSON.writeValueAsString(new Document(VERSION, story, undelivered)) + "\n";
  }

  /** What there is to say of a journal without a line. */
  public static String ofNothing() {
    return JSON.writeValueAsString(Map.of("version", VERSION, "empty", true, "result", Words.EMPTY))
        + "\n";
  }
}
