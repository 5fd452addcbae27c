package dev.backstay.document;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes a value of a node, or says what is wrong with it and yields nothing.
 *
 * @param <T> the value
 */
@FunctionalInterface
public interface Reading<T> {
  String CODE = "bad-value";

  Optional<T> read(Node node, Problems problems);

  /**
   * A single value that a function understands.
   *
   * @param expected what it looks like, as the end of the sentence "expected is …"
   * @param parse yields nothing for a text it does not understand
   */
  static <T> Reading<T> scalar(String expected, Function<Node.Scalar, Optional<T>> parse) {
    return (node, problems) -> {
      Optional<T> value =
          node instanceof Node.Scalar scalar && !scalar.missing()
              ? parse.apply(scalar)
              : Optional.empty();
      if (value.isEmpty()) {
        wrong(node, expected, problems);
      }
      return value;
    };
  }

  /** A text that matches a regular expression as a whole. */
  static Reading<String> text(String expected, String pattern) {
    return scalar(expected, s -> Optional.of(s.text()).filter(text -> text.matches(pattern)));
  }

  /** Unquoted {@code true} or {@code false}. */
  static Reading<Boolean> bool() {
    return scalar(
        "true or false",
        s ->
            switch (s.quoted() ? "" : s.text()) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  /** A time zone by the name of a place, or an offset from UTC. */
  static Reading<ZoneId> zone() {
    return scalar(
        "a time zone such as Europe/Berlin or UTC",
        s -> {
          try {
            return Optional.of(ZoneId.of(s.text()));
          } catch (DateTimeException unknown) {
            return Optional.empty();
          }
        });
  }

  /** A whole number within bounds, both included. */
  static Reading<Integer> integer(int least, int most) {
    String range =
        most == Integer.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
    return scalar(
        "a whole number " + range,
        s ->
            s.text().matches("[0-9]{1,9}")
                ? Optional.of(Integer.parseInt(s.text())).filter(n -> least <= n && n <= most)
                : Optional.empty());
  }

  /** A list of such values; one alone counts as a list of one. */
  static <T> Reading<List<T>> oneOrMore(Reading<T> one) {
    Reading<List<T>> list = list(one);
    return (node, problems) ->
        node instanceof Node.Sequence
            ? list.read(node, problems)
            : one.read(node, problems).map(List::of);
  }

  /** A list of such values. Yields nothing if one of them is wrong. */
  static <T> Reading<List<T>> list(Reading<T> one) {
    return (node, problems) -> {
      if (!(node instanceof Node.Sequence sequence)) {
        wrong(node, "a list", problems);
        return Optional.empty();
      }
      List<T> values = new ArrayList<>();
      for (Node item : sequence.items()) {
        one.read(item, problems).ifPresent(values::add);
      }
      return values.size() == sequence.items().size() ? Optional.of(values) : Optional.empty();
    };
  }

  /** Says what was found and what was expected. */
  static void wrong(Node node, String expected, Problems problems) {
    problems.add(
        CODE,
        node.position(),
        "this is " + node.described() + "; expected is " + expected + ".",
        "");
  }
}
