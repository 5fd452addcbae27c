package dev.backstay.notify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file of messages that nobody got, beside the journal of their rollout: a JSON object a line,
 * with the target, why, and the message itself, so that it can be sent by hand.
 */
public final class Undelivered {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Path file;

  /**
   * @param file need not exist
   */
  public Undelivered(Path file) {
    this.file = file;
  }

  private record Line(Instant at, String target, int tries, String why, JsonNode message) {}

  synchronized void add(Instant at, String target, int tries, String why, byte[] message) {
    try {
      String line =
          JSON.writeValueAsString(new Line(at, target, tries, why, JSON.readTree(message))) + "\n";
      Files.write(
          file,
          line.getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException full) {
      // It is still told at the end of the command.
    }
  }

  /** For people, a sentence a message; a line that was cut off is left out. */
  public List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    if (!Files.exists(file)) {
      return sentences;
    }
    try {
      for (String text : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        try {
          JsonNode line = JSON.readTree(text);
          sentences.add(
              sentence(
                  line.path("target").asString(""),
                  line.path("message").path("event").asString(""),
                  line.path("tries").asInt(0),
                  line.path("why").asString("")));
        } catch (JacksonException torn) {
          continue;
        }
      }
      return sentences;
    } catch (IOException unreadable) {
      return List.of("the list of them cannot be read: " + file);
    }
  }

  static String sentence(String target, String event, int tries, String why) {
    return "%s was not told \"%s\" (%d %s): %s"
        .formatted(target, event, tries, tries == 1 ? "try" : "tries", why);
  }
}
