package dev.backstay.playbook;

import dev.backstay.document.Fields;
import dev.backstay.document.Node;
import dev.backstay.document.Problems;
import dev.backstay.document.Reading;
import dev.backstay.document.Shape;
import dev.backstay.document.Yaml;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a calendar of freezes. Dates are whole days; the last one belongs to the freeze. */
public final class FreezeReader {
  static final Shape FREEZES = Shape.of("a file of freezes", "kind", "zone", "freezes");
  static final Shape FREEZE = Shape.of("a freeze", "from", "to", "reason");

  private static final Reading<String> MOMENT =
      Reading.text(
          "a day such as 2026-12-24, or a time such as 2026-12-24T18:00",
          "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?");

  private final Problems problems = new Problems();

  private FreezeReader() {}

  /**
   * @throws dev.backstay.problem.ProblemException with every mistake in the file
   */
  public static List<Freeze> read(Path file) {
    FreezeReader reader = new FreezeReader();
    List<Freeze> freezes = reader.read(Yaml.read(file));
    reader.problems.throwIfAny();
    return freezes;
  }

  private List<Freeze> read(Node root) {
    Fields top = Fields.open(FREEZES, root, problems);
    top.kind("Freezes");
    ZoneId zone = top.required("zone", Reading.zone()).orElse(ZoneId.of("UTC"));
    List<Freeze> freezes = new ArrayList<>();
    Reading<Freeze> one = (node, _) -> freeze(node, zone);
    top.required("freezes", Reading.list(one)).ifPresent(freezes::addAll);
    return freezes;
  }

  private Optional<Freeze> freeze(Node node, ZoneId zone) {
    Fields fields = Fields.open(FREEZE, node, problems);
    Optional<Instant> from = moment(fields, "from", zone, false);
    Optional<Instant> to = moment(fields, "to", zone, true);
    Optional<String> reason =
        fields.required("reason", Reading.text("a reason in one line", "[^\\n]{1,200}"));
    if (from.isEmpty() || to.isEmpty() || reason.isEmpty()) {
      return Optional.empty();
    }
    if (!from.get().isBefore(to.get())) {
      problems.add(
          Reading.CODE,
          fields.position(),
          "this freeze ends before it begins.",
          "\"to\" is the later one; as a day it belongs to the freeze.");
      return Optional.empty();
    }
    return Optional.of(new Freeze(from.get(), to.get(), reason.get()));
  }

  private Optional<Instant> moment(Fields fields, String key, ZoneId zone, boolean end) {
    return fields
        .required(key, MOMENT)
        .flatMap(text -> {
          try {
            return Optional.of(
                text.contains("T")
                    ? LocalDateTime.parse(text).atZone(zone).toInstant()
                    : LocalDate.parse(text).plusDays(end ? 1 : 0).atStartOfDay(zone).toInstant());
          } catch (DateTimeException noSuchDay) {
            fields
                .node(key)
                .ifPresent(node ->
                    Reading.wrong(node, "a day that there is, such as 2026-12-24", problems));
            return Optional.empty();
          }
        });
  }
}
