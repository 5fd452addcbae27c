package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.ObjectId;

/**
 * The manifest as text: one fact a line, sorted, the keyword first, so that {@code git diff} reads
 * well.
 *
 * <pre>
 * backstay-manifest 1
 * gateway gw-1
 * taken-at 2026-01-31T10:00:00Z
 * kernel 6.1.0-18-amd64
 * package wireguard-tools 1.0.20210914-1
 * hold wireguard-tools
 * module 8F2F34C2E4F6C5A5A9E4DD5
 * public-key wg0 BASE64
 * implementation wg0 kernel
 * recipient age1…
 * digest-key NAME
 * file MODE OWNER SIZE DIGEST BLOB PATH
 * </pre>
 */
final class ManifestText {
  private static final String VERSION = "backstay-manifest 1";
  private static final Pattern FILE =
      Pattern.compile(
          "(?<mode>[0-7]{4}) (?<owner>\\S+) (?<size>[0-9]{1,10}) (?<digest>[0-9a-f]{64})"
              + " (?<blob>[0-9a-f]{40}) (?<path>.+)");

  private ManifestText() {}

  static String format(Manifest manifest) {
    StringBuilder text = new StringBuilder();
    text.append(VERSION).append('\n');
    line(text, "gateway", manifest.gateway());
    line(text, "taken-at", manifest.takenAt().truncatedTo(ChronoUnit.SECONDS).toString());
    FactWords.of(manifest.facts())
        .forEach(words -> text.append(String.join(" ", words)).append('\n'));
    manifest.recipients().forEach(recipient -> line(text, "recipient", recipient));
    line(text, "digest-key", manifest.digestKey());
    manifest.files().forEach((path, file) -> line(text, "file", format(file) + " " + path));
    return text.toString();
  }

  private static String format(StoredFile file) {
    return "%04o %s %d %s %s"
        .formatted(file.mode(), file.owner(), file.size(), file.digest(), file.blob().name());
  }

  private static void line(StringBuilder text, String keyword, String value) {
    text.append(keyword).append(' ').append(value).append('\n');
  }

  /**
   * @param where for messages
   * @throws dev.backstay.problem.ProblemException {@code vault-corrupt}: not a manifest, or one of
   *     a later version
   */
  static Manifest parse(String text, String where) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(VERSION)) {
      throw VaultProblems.corrupt(where, "the manifest does not begin with '" + VERSION + "'");
    }
    Parsed parsed = new Parsed();
    for (String line : lines.subList(1, lines.size())) {
      try {
        parsed.take(line);
      } catch (IllegalArgumentException | DateTimeException malformed) {
        throw VaultProblems.corrupt(
            where, "line %d of the manifest is malformed".formatted(lines.indexOf(line) + 1));
      }
    }
    try {
      return parsed.manifest();
    } catch (ProblemException unfit) {
      // Says what a capture may not hold; here it is the vault that is wrong.
      throw VaultProblems.corrupt(where, "the manifest holds what no snapshot can hold");
    }
  }

  /** What the lines have said so far. */
  private static final class Parsed {
    private String gateway = "";
    private String digestKey = "";
    private Instant takenAt = Instant.EPOCH;
    private final FactWords facts = new FactWords();
    private final List<String> recipients = new ArrayList<>();
    private final SortedMap<String, StoredFile> files = new TreeMap<>();

    void take(String line) {
      int space = line.indexOf(' ');
      String value = line.substring(space + 1);
      switch (space < 0 ? "" : line.substring(0, space)) {
        case "gateway" -> gateway = value;
        case "taken-at" -> takenAt = Instant.parse(value);
        case "recipient" -> recipients.add(value);
        case "digest-key" -> digestKey = value;
        case "file" -> file(value);
        default -> {
          if (!facts.take(line.split(" ", -1))) {
            throw new IllegalArgumentException("an unknown keyword, or too many or few words");
          }
        }
      }
    }

    private void file(String value) {
      Matcher matcher = FILE.matcher(value);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("not a file");
      }
      files.put(
          matcher.group("path"),
          new StoredFile(
              Integer.parseInt(matcher.group("mode"), 8),
              matcher.group("owner"),
              Long.parseLong(matcher.group("size")),
              matcher.group("digest"),
              ObjectId.fromString(matcher.group("blob"))));
    }

    Manifest manifest() {
      VaultPaths.require(files.keySet());
      return new Manifest(gateway, takenAt, facts.facts(), recipients, digestKey, files);
    }
  }
}
