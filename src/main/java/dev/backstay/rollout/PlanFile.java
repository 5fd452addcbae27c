package dev.backstay.rollout;

import dev.backstay.problem.ProblemException;
import dev.backstay.transaction.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A saved plan on the disk: the plan, and the digest of it that approvals are bound to. A plan that
 * was edited by hand has another digest, and is refused.
 */
public final class PlanFile {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final ObjectMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private record Kept(String sha256, SavedPlan plan) {}

  private PlanFile() {}

  /** SHA-256 of the plan in its one compact form, in hex. */
  public static String hash(SavedPlan plan) {
    return Sha256.hex(JSON.writeValueAsBytes(plan));
  }

  /** As it is kept, for machines. */
  public static String json(SavedPlan plan) {
    return PRETTY.writeValueAsString(new Kept(hash(plan), plan));
  }

  /** Whole or not at all, also if the power goes. Those who are to approve it may read it. */
  public static void write(Path file, SavedPlan plan) {
    try {
      Path folder = file.toAbsolutePath().resolveSibling(".").normalize();
      Files.createDirectories(folder);
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      writeToDisk(fresh, ByteBuffer.wrap((json(plan) + "\n").getBytes(StandardCharsets.UTF_8)));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeToDisk(Path file, ByteBuffer bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING),
            OwnersOnly.FILE_TO_BE_READ)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** Whether a file is a saved plan, and not a playbook, by its name. */
  public static boolean isNamedLikeOne(Path file) {
    return file.toString().endsWith(".json");
  }

  /**
   * @throws ProblemException {@code plan-missing}, {@code plan-unreadable}, {@code plan-newer},
   *     {@code plan-edited}
   */
  public static SavedPlan read(Path file) {
    String text = text(file);
    try {
      newer(file, JSON.readTree(text));
      Kept kept = JSON.readValue(text, Kept.class);
      if (!hash(kept.plan()).equals(kept.sha256())) {
        throw edited(file);
      }
      return kept.plan();
    } catch (JacksonException | NullPointerException malformed) {
      throw edited(file);
    }
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException missing) {
      throw new ProblemException(
          "plan-missing",
          file.toString(),
          "there is no such file",
          "make one: backstay plan PLAYBOOK");
    } catch (IOException e) {
      throw new ProblemException(
          "plan-unreadable",
          file.toString(),
          "it cannot be read" + (Files.isDirectory(file) ? ": it is a folder" : ""),
          "name the file of a plan, as backstay plan wrote it");
    }
  }

  private static void newer(Path file, JsonNode tree) {
    int format = Optional.of(tree.path("plan").path("format")).map(node -> node.asInt(0)).orElse(0);
    if (format > SavedPlan.FORMAT) {
      throw new ProblemException(
          "plan-newer",
          file.toString(),
          "this plan has format %d, and this Backstay knows up to %d"
              .formatted(format, SavedPlan.FORMAT),
          "carry it out with the version that made it, or plan again");
    }
  }

  private static ProblemException edited(Path file) {
    return new ProblemException(
        "plan-edited",
        file.toString(),
        "this is not the plan that was written here: it was edited or damaged",
        "change the playbook instead, and plan again: backstay plan PLAYBOOK");
  }
}
