package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a gateway has captured and encrypted by itself: no content of it can be read here. Whether a
 * file is what the gateway says it is, nobody but the holder of an identity can tell; that is so
 * for a gateway that sends it in clear as well.
 */
public final class SealedCapture {
  private static final String PUBLIC = "public";
  private static final String LIST = "sealed";
  private static final String FOLDER = "files/";
  private static final Pattern FILE =
      Pattern.compile(
          "file\t(?<digest>[0-9a-f]{64})\t(?<mode>[0-7]{1,4})\t(?<owner>\\S+)\t(?<size>[0-9]{1,10})\t(?<path>.+)");

  private final Instant takenAt;
  private final Facts facts;
  private final SortedMap<String, Content> files;

  private SealedCapture(Instant takenAt, Facts facts, SortedMap<String, Content> files) {
    this.takenAt = takenAt;
    this.facts = facts;
    this.files = files;
  }

  /**
   * Reads what the program {@code capture sealed} has written.
   *
   * @throws ProblemException {@code archive-invalid}, {@code capture-invalid}
   */
  public static SealedCapture of(Instant takenAt, byte[] tar) {
    SortedMap<String, CapturedFile> sent = Tarball.read(tar);
    SortedMap<String, Content> files = new TreeMap<>();
    for (String line : text(sent, LIST).lines().toList()) {
      Matcher file = FILE.matcher(line);
      if (!file.matches()) {
        throw VaultProblems.captureInvalid("its list of sealed files is not understood");
      }
      String path = file.group("path");
      String owner = file.group("owner");
      ManifestWords.requireWord("the owner of a file", owner);
      Optional<byte[]> age =
          Optional.ofNullable(sent.get(FOLDER + path + VaultPaths.SUFFIX))
              .map(sealed -> sealed.content().bytes());
      files.put(
          path,
          new Content.Sealed(
              Integer.parseInt(file.group("mode"), 8),
              owner,
              Long.parseLong(file.group("size")),
              file.group("digest"),
              age));
    }
    VaultPaths.require(files.keySet());
    return new SealedCapture(takenAt, Facts.parse(text(sent, PUBLIC)), files);
  }

  private static String text(SortedMap<String, CapturedFile> sent, String name) {
    CapturedFile file = sent.get(name);
    if (file == null) {
      throw VaultProblems.captureInvalid("its file '" + name + "' is missing");
    }
    return new String(file.content().bytes(), StandardCharsets.UTF_8);
  }

  Captured captured() {
    return new Captured(takenAt, facts, Collections.unmodifiableSortedMap(files));
  }
}
