package dev.backstay.document;

import java.util.List;
import java.util.Optional;

/**
 * Reads one mapping by its {@link Shape}. Unknown and refused keys are reported when it is opened;
 * what is asked for afterwards must be a key of the shape.
 */
public final class Fields {
  private final Shape shape;
  private final Node.Mapping mapping;
  private final Problems problems;

  private Fields(Shape shape, Node.Mapping mapping, Problems problems) {
    this.shape = shape;
    this.mapping = mapping;
    this.problems = problems;
  }

  /** Opens a node that should be a mapping of this shape. If it is none, it reads as empty. */
  public static Fields open(Shape shape, Node node, Problems problems) {
    if (!(node instanceof Node.Mapping mapping)) {
      Reading.wrong(node, "a mapping with the keys " + String.join(", ", shape.keys()), problems);
      return absent(shape, node.position());
    }
    Fields fields = new Fields(shape, mapping, problems);
    mapping.entries().forEach(entry -> fields.check(entry.key()));
    return fields;
  }

  /** All values are absent, and that is no problem: what is wrong has been said already. */
  public static Fields absent(Shape shape, Position position) {
    return new Fields(shape, new Node.Mapping(position, List.of()), new Problems());
  }

  private void check(Node.Scalar key) {
    String word = key.text();
    if (shape.keys().contains(word)) {
      return;
    }
    String refusal = shape.refused().get(word);
    if (refusal != null) {
      problems.add("not-built", key.position(), refusal, "remove it.");
      return;
    }
    problems.add(
        "unknown-key",
        key.position(),
        "\"" + word + "\" is no key of " + shape.name() + ".",
        Similar.hint(word, "its keys", shape.keys()));
  }

  public Position position() {
    return mapping.position();
  }

  /** The node of a key, if the key is there. */
  public Optional<Node> node(String key) {
    if (!shape.keys().contains(key)) {
      throw new IllegalArgumentException(key + " is no key of " + shape.name());
    }
    return mapping.entry(key).map(Node.Entry::value);
  }

  /** The value of a key; nothing if it is absent or wrong, and wrong is reported. */
  public <T> Optional<T> optional(String key, Reading<T> reading) {
    return node(key).flatMap(node -> reading.read(node, problems));
  }

  /** The value of a key; nothing if it is absent or wrong, and both are reported. */
  public <T> Optional<T> required(String key, Reading<T> reading) {
    if (node(key).isEmpty()) {
      problems.add(
          "missing-key", mapping.position(), shape.name() + " needs the key \"" + key + "\".", "");
    }
    return optional(key, reading);
  }

  /** A mapping inside this one; reads as empty where it is absent. */
  public Fields section(String key, Shape inner) {
    return node(key)
        .map(node -> open(inner, node, problems))
        .orElseGet(() -> absent(inner, position()));
  }

  /** The first key of every file: what it is. */
  public void kind(String wanted) {
    required("kind", Reading.text("\"" + wanted + "\"", wanted));
  }
}
