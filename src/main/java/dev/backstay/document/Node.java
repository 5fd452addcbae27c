package dev.backstay.document;

import java.util.List;
import java.util.Optional;

/** What stands at a place in a YAML file. */
public sealed interface Node {
  Position position();

  /** What it is, as the end of the sentence "this is …". */
  String described();

  /** Keys with values, in the order of the file; no key occurs twice. */
  record Mapping(Position position, List<Entry> entries) implements Node {
    public Mapping {
      entries = List.copyOf(entries);
    }

    public Optional<Entry> entry(String key) {
      return entries.stream().filter(entry -> entry.key().text().equals(key)).findFirst();
    }

    @Override
    public String described() {
      return entries.isEmpty() ? "an empty mapping" : "a mapping";
    }
  }

  /** One key with its value. */
  record Entry(Scalar key, Node value) {}

  /** A list. */
  record Sequence(Position position, List<Node> items) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String described() {
      return items.isEmpty() ? "an empty list" : "a list";
    }
  }

  /**
   * A single value.
   *
   * @param text as written, without quotes: {@code 1.10} is not a number here
   * @param quoted whether it stood in quotes or in a block, so that it is text whatever it looks
   *     like
   */
  record Scalar(Position position, String text, boolean quoted) implements Node {
    /** Whether nothing is there, as after {@code key:}. */
    public boolean missing() {
      return !quoted && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }

    @Override
    public String described() {
      return missing() ? "empty" : "\"" + text + "\"";
    }
  }
}
