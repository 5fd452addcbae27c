package dev.backstay.regression;

import dev.backstay.document.Fields;
import dev.backstay.document.Node;
import dev.backstay.document.Problems;
import dev.backstay.document.Reading;
import dev.backstay.document.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the table. A row that is not understood whole is an error, never a row that warns less. */
final class RegressionsReader {
  private static final Shape FILE =
      Shape.of("a table of regressions", "kind", "regressions", "elsewhere");
  private static final Shape ROW =
      Shape.of("a regression", "id", "what", "affects", "symptom", "advice", "sources");
  private static final Shape ELSEWHERE =
      Shape.of("a regression elsewhere", "id", "what", "symptom", "advice", "sources");
  private static final Shape CONDITION =
      Shape.of(
          "a condition",
          "system",
          "architecture",
          "release",
          "kernel",
          "implementation",
          "package",
          "version",
          "changes",
          "threaded");

  private static final Reading<String> ID =
      Reading.text("a word of small letters, digits and dashes", "[a-z0-9]+(-[a-z0-9]+)*");
  private static final Reading<String> SENTENCE = Reading.text("a text", "\\S.*\\S");
  private static final Reading<String> PATTERN =
      Reading.text("a name, in which * stands for anything", "[A-Za-z0-9.+_*-]+");
  private static final Reading<String> SYSTEM =
      Reading.text("an ID of os-release, with a version or without", "[a-z]+( [0-9.]+)?");
  private static final Reading<String> IMPLEMENTATION =
      Reading.text("kernel or userspace", "kernel|userspace");
  private static final Reading<Range> RANGE =
      Reading.scalar("bounds such as \">=6.2 <6.6.23\"", node -> Range.parse(node.text()));
  private static final Reading<List<Node>> NODES = Reading.list((node, _) -> Optional.of(node));

  private final Problems problems = new Problems();
  private final List<KnownRegression> rows = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();

  List<KnownRegression> read(Node root) {
    Fields top = Fields.open(FILE, root, problems);
    top.kind("KnownRegressions");
    top.required("regressions", NODES)
        .orElse(List.of())
        .forEach(node -> row(Fields.open(ROW, node, problems), true));
    top.optional("elsewhere", NODES)
        .orElse(List.of())
        .forEach(node -> row(Fields.open(ELSEWHERE, node, problems), false));
    problems.throwIfAny();
    return rows;
  }

  private void row(Fields fields, boolean ofGateways) {
    String id = fields.required("id", ID).orElse("");
    if (!ids.add(id)) {
      problems.add("duplicate-id", fields.position(), "\"" + id + "\" occurs twice.", "");
    }
    rows.add(
        new KnownRegression(
            id,
            fields.required("what", SENTENCE).orElse(""),
            fields.required("symptom", SENTENCE).orElse(""),
            fields.required("advice", SENTENCE).orElse(""),
            fields.required("sources", Reading.oneOrMore(SENTENCE)).orElse(List.of()),
            ofGateways ? conditions(fields) : List.of()));
  }

  private List<Condition> conditions(Fields row) {
    return row.required("affects", NODES).orElse(List.of()).stream()
        .map(node -> condition(Fields.open(CONDITION, node, problems)))
        .toList();
  }

  private Condition condition(Fields fields) {
    Condition condition =
        new Condition(
            fields.optional("system", SYSTEM),
            fields.optional("architecture", PATTERN),
            fields.optional("release", PATTERN),
            fields.optional("kernel", RANGE),
            fields.optional("implementation", IMPLEMENTATION),
            fields.optional("package", PATTERN),
            fields.optional("version", RANGE),
            fields.optional("changes", PATTERN),
            fields.optional("threaded", Reading.bool()).orElse(false));
    boolean empty = CONDITION.keys().stream().allMatch(key -> fields.node(key).isEmpty());
    if (empty) {
      problems.add(
          "bad-value",
          fields.position(),
          "this condition holds everywhere.",
          "say which gateways.");
    }
    if (condition.version().isPresent() && condition.packageName().isEmpty()) {
      problems.add(
          "bad-value", fields.position(), "a version without a package.", "name the package.");
    }
    return condition;
  }
}
