package dev.backstay.document;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads YAML 1.2 into {@link Node}s. Refused: several documents, a key that occurs twice, anchors
 * and aliases (what a line means must stand in that line), tags of one's own, keys that are not
 * plain words.
 */
public final class Yaml {
  private static final String CODE = "bad-document";
  private static final String UNREADABLE = "unreadable-file";
  private static final String PUNCTUATION =
      "look at indentation, colons, brackets and quotes around this place.";

  private final String file;
  private final Problems problems = new Problems();

  private Yaml(String file) {
    this.file = file;
  }

  /**
   * @throws ProblemException if the file cannot be read or is not such YAML
   */
  public static Node read(Path file) {
    if (Files.isDirectory(file)) {
      throw new ProblemException(
          UNREADABLE, file.toString(), "this is a folder.", "name a YAML file.");
    }
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new ProblemException(
          "no-such-file", file.toString(), "there is no such file.", nearby(file));
    } catch (CharacterCodingException e) {
      throw new ProblemException(
          CODE, file.toString(), "the file is not UTF-8 text.", "save it as UTF-8.");
    } catch (AccessDeniedException e) {
      throw new ProblemException(
          UNREADABLE, file.toString(), "this account may not read the file.", "chmod or chown it.");
    } catch (IOException e) {
      throw new ProblemException(
          UNREADABLE,
          file.toString(),
          "the file cannot be read: " + e.getMessage() + ".",
          "look at the disk it is on.");
    }
  }

  /** What somebody who named a file that is not there may have meant. */
  private static String nearby(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    List<String> names = new ArrayList<>();
    if (folder != null && Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.{yaml,yml}")) {
        entries.forEach(entry -> names.add(entry.getFileName().toString()));
      } catch (IOException | DirectoryIteratorException unreadable) {
        // Then there is nothing to suggest.
      }
    }
    Collections.sort(names);
    return names.isEmpty()
        ? "check the path; there is no YAML file in " + folder + "."
        : Similar.hint(String.valueOf(file.getFileName()), "files there", names);
  }

  /**
   * @param file for messages
   * @throws ProblemException if the text is not such YAML
   */
  public static Node parse(String file, String text) {
    return new Yaml(file).parse(text);
  }

  private Node parse(String text) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(file).setUseMarks(true).setAllowNonScalarKeys(true).build();
    Optional<org.snakeyaml.engine.v2.nodes.Node> root;
    try {
      root = new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException e) {
      throw syntax(e);
    } catch (YamlEngineException | IllegalArgumentException e) {
      // The second of a tag that is none: snakeyaml-engine 3.0.1 does not say where.
      throw new ProblemException(CODE, file, "this is not YAML: " + e.getMessage(), PUNCTUATION);
    }
    if (root.isEmpty()) {
      throw new ProblemException(
          CODE, file + ":1:1", "the file is empty.", "begin with the key \"kind\".");
    }
    Node node = convert(root.get());
    problems.throwIfAny();
    return node;
  }

  private ProblemException syntax(MarkedYamlEngineException e) {
    Position position = e.getProblemMark().map(this::position).orElse(new Position(file, 1, 1));
    String what = e.getProblem() == null ? "this is not YAML" : e.getProblem();
    if (what.contains("another document")) {
      return new ProblemException(
          CODE,
          position.toString(),
          "a second document begins here, but a file holds one.",
          "put it into a file of its own.");
    }
    String hint =
        what.contains("TAB")
            ? "indent with spaces."
            : e.getContext() == null ? PUNCTUATION : "it happened " + e.getContext() + ".";
    return new ProblemException(CODE, position.toString(), "this is not YAML: " + what + ".", hint);
  }

  private Position position(Mark mark) {
    return new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private Position position(org.snakeyaml.engine.v2.nodes.Node node) {
    return node.getStartMark().map(this::position).orElse(new Position(file, 1, 1));
  }

  private Node convert(org.snakeyaml.engine.v2.nodes.Node node) {
    Position position = position(node);
    if (node.getAnchor().isPresent()) {
      problems.add(
          CODE,
          position,
          "the anchor \"&" + node.getAnchor().get().getValue() + "\" is not supported.",
          "write the value out where it is needed.");
      // Not descended into: with aliases the graph may even have circles.
      return new Node.Scalar(position, "", true);
    }
    if (!node.getTag().getValue().startsWith(Tag.PREFIX)) {
      problems.add(CODE, position, "the tag " + node.getTag() + " is not supported.", "remove it.");
    }
    return switch (node) {
      case ScalarNode scalar ->
          new Node.Scalar(
              position, scalar.getValue(), scalar.getScalarStyle() != ScalarStyle.PLAIN);
      case SequenceNode sequence ->
          new Node.Sequence(position, sequence.getValue().stream().map(this::convert).toList());
      case MappingNode mapping -> convert(position, mapping);
      default -> throw new IllegalStateException("YAML has no other node than these: " + node);
    };
  }

  private Node convert(Position position, MappingNode mapping) {
    List<Node.Entry> entries = new ArrayList<>();
    Map<String, Position> seen = new HashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node value = convert(tuple.getValueNode());
      if (!(convert(tuple.getKeyNode()) instanceof Node.Scalar key)) {
        problems.add(
            CODE, position(tuple.getKeyNode()), "a key is a word, not a list or a mapping.", "");
        continue;
      }
      Position first = seen.putIfAbsent(key.text(), key.position());
      if (first == null) {
        entries.add(new Node.Entry(key, value));
      } else {
        problems.add(
            "duplicate-key",
            key.position(),
            "the key \"" + key.text() + "\" occurs twice; first in line " + first.line() + ".",
            "remove one of them.");
      }
    }
    return new Node.Mapping(position, entries);
  }
}
