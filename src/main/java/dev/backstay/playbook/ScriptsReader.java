package dev.backstay.playbook;

import dev.backstay.document.Fields;
import dev.backstay.document.Node;
import dev.backstay.document.Problems;
import dev.backstay.document.Reading;
import dev.backstay.document.Shape;
import dev.backstay.playbook.ScriptWish.Content;
import dev.backstay.playbook.ScriptWish.ScriptFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the section {@code scripts} of a change, and the files that it names. Stateless. */
final class ScriptsReader {
  /** A script of which there is only one, and which always has a way back. */
  static final Shape WAY = Shape.of("the script", "apply", "verify", "revert", "timeout");

  static final Shape SCRIPT =
      Shape.of("a script", "name", "apply", "verify", "revert", "irreversible", "timeout");

  /** A change is no carrier of data: what is larger belongs into a package. */
  private static final int LARGEST = 64 * 1024;

  private static final Duration USUAL = Duration.ofSeconds(60);

  private static final Reading<String> NAME =
      Reading.text("a name of lower-case letters, digits and dashes", "[a-z0-9][a-z0-9-]{0,39}");

  private ScriptsReader() {}

  static List<ScriptWish> read(Node node, Problems problems) {
    List<ScriptWish> scripts = new ArrayList<>();
    if (!(node instanceof Node.Sequence sequence) || sequence.items().isEmpty()) {
      Reading.wrong(node, "a list of scripts", problems);
      return scripts;
    }
    Set<String> names = new HashSet<>();
    for (Node item : sequence.items()) {
      script(item, problems)
          .ifPresent(script -> {
            if (!names.add(script.name())) {
              problems.add(
                  Reading.CODE,
                  item.position(),
                  "there are two scripts named \"%s\".".formatted(script.name()),
                  "give each a name of its own.");
            }
            scripts.add(script);
          });
    }
    return scripts;
  }

  private static Optional<ScriptWish> script(Node node, Problems problems) {
    Fields fields = Fields.open(SCRIPT, node, problems);
    Reading<ScriptFile> file = ScriptsReader::file;
    Optional<String> name = fields.required("name", NAME);
    Optional<ScriptFile> apply = fields.required("apply", file);
    Optional<ScriptFile> verify = fields.required("verify", file);
    Optional<ScriptFile> revert = fields.optional("revert", file);
    Optional<String> irreversible =
        fields.optional("irreversible", Reading.text("the reason, in one line", "\\S.{2,200}"));
    if (fields.node("revert").isEmpty() == fields.node("irreversible").isEmpty()) {
      problems.add(
          Reading.CODE,
          node.position(),
          fields.node("revert").isEmpty()
              ? "this script has no way back."
              : "this script has a way back, and a reason for having none.",
          fields.node("revert").isEmpty()
              ? "name the script that undoes it as \"revert\"; if nothing can, say why as"
                  + " \"irreversible\"."
              : "keep one of \"revert\" and \"irreversible\".");
    }
    Duration timeout = fields.optional("timeout", Units.POSITIVE_DURATION).orElse(USUAL);
    return name.isEmpty() || apply.isEmpty() || verify.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ScriptWish(name.get(), apply.get(), verify.get(), revert, irreversible, timeout));
  }

  /**
   * Reads a script whose name is given, and which must have a way back.
   *
   * @param name of lower-case letters
   * @param fields at least those of {@link #WAY}
   */
  static Optional<ScriptWish> way(String name, Fields fields, Problems problems) {
    Optional<ScriptFile> apply = fields.required("apply", ScriptsReader::file);
    Optional<ScriptFile> verify = fields.required("verify", ScriptsReader::file);
    Optional<ScriptFile> revert = fields.required("revert", ScriptsReader::file);
    Duration timeout = fields.optional("timeout", Units.POSITIVE_DURATION).orElse(USUAL);
    return apply.isEmpty() || verify.isEmpty() || revert.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ScriptWish(name, apply.get(), verify.get(), revert, Optional.empty(), timeout));
  }

  /** Beside the playbook or below: what was checked in with it. */
  private static Optional<ScriptFile> file(Node node, Problems problems) {
    Optional<String> named =
        Reading.text("the path of a script beside the playbook", "[A-Za-z0-9_.][A-Za-z0-9_./-]*")
            .read(node, problems);
    if (named.isEmpty()) {
      return Optional.empty();
    }
    Path playbook = Path.of(node.position().file()).toAbsolutePath().normalize();
    Path beside = playbook.resolveSibling("");
    Path path = beside.resolve(named.get()).normalize();
    if (!path.startsWith(beside)) {
      return wrong(node, "the script %s is outside the playbook's folder.", named.get(), problems);
    }
    try {
      if (!Files.isRegularFile(path)) {
        return wrong(node, "there is no script %s beside the playbook.", named.get(), problems);
      }
      if (Files.size(path) > LARGEST) {
        return wrong(node, "the script %s is larger than 64 KiB.", named.get(), problems);
      }
      byte[] bytes = Files.readAllBytes(path);
      if (!new String(bytes, StandardCharsets.ISO_8859_1).startsWith("#!")) {
        return wrong(
            node,
            "the script %s does not begin with \"#!\" and its interpreter.",
            named.get(),
            problems);
      }
      return Optional.of(new ScriptFile(named.get(), sha256(bytes), new Content(bytes)));
    } catch (IOException e) {
      return wrong(node, "the script %s cannot be read.", named.get(), problems);
    }
  }

  private static Optional<ScriptFile> wrong(
      Node node, String sentence, String name, Problems problems) {
    problems.add("bad-script", node.position(), sentence.formatted(name), "");
    return Optional.empty();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
