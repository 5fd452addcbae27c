package dev.backstay.playbook;

import dev.backstay.document.Fields;
import dev.backstay.document.Node;
import dev.backstay.document.Position;
import dev.backstay.document.Problems;
import dev.backstay.document.Reading;
import dev.backstay.document.Shape;
import dev.backstay.document.Yaml;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a playbook file. What the design promises and the program cannot do yet is refused, never
 * ignored. Stateless.
 */
public final class PlaybookReader {
  static final Shape PLAYBOOK =
      Shape.of(
          "a playbook",
          "kind",
          "name",
          "select",
          "change",
          "waves",
          "observe",
          "gates",
          "onFailure",
          "lease",
          "limits",
          "maintenance",
          "approval",
          "traffic");
  static final Shape OBSERVE = Shape.of("observe", "baseline", "window", "kick", "soak", "control");
  static final Shape GATES =
      Shape.of("gates", "handshakes", "silent", "stalled", "probe", "fewClients", "calibration");
  static final Shape HANDSHAKES = Shape.of("handshakes", "healthy", "broken");
  static final Shape ON_FAILURE = Shape.of("onFailure", "rollback");
  static final Shape LIMITS = Shape.of("limits", "maxFailed", "budgets", "parallel", "pairs");
  static final Shape MAINTENANCE = Shape.of("maintenance", "window", "zone");
  static final Shape APPROVAL = Shape.of("approval", "people", "expires");
  static final Shape LEASE = Shape.of("lease", "apply", "reboot", "confirm");

  /** Firmware and memory test of a server take minutes (rollout.md §3.5). */
  private static final Duration REBOOT = Duration.ofMinutes(10);

  private static final Reading<String> NAME =
      Reading.text("a name of lower-case letters, digits, dots and dashes", "[a-z0-9][a-z0-9.-]*");

  /** More sessions than one controller should hold at once. */
  private static final int MOST_PARALLEL = 500;

  private static final int MOST_PEOPLE = 9;

  private static final Reading<String> PART =
      Reading.text("site, or a tag such as tag:edge", "site|tag:[a-z0-9][a-z0-9.-]*");

  private static final Reading<Limits.Allowance> ALLOWANCE = PlaybookReader::allowance;

  private static final Reading<MaintenanceWindow> WINDOW =
      Reading.scalar(
          "days and times such as Sat 01:00-05:00, Mon-Fri 22:00-02:00 or daily 03:00-04:00",
          s -> MaintenanceWindow.parse(s.text()));

  private static final Reading<WaveSize> WAVE =
      Reading.scalar(
          "a number of gateways of at least 1, a share above 0% such as 20%, rest, or ask",
          s -> wave(s.text()));

  private static final Reading<WaveSize> CONTROL =
      Reading.scalar(
          "a number of gateways of at least 1, or a share above 0% such as 10%",
          s -> wave(s.text()).filter(PlaybookReader::isSize));

  private final Problems problems = new Problems();

  private PlaybookReader() {}

  /**
   * @throws dev.backstay.problem.ProblemException with every mistake in the file
   */
  public static Playbook read(Path file) {
    return new PlaybookReader().read(file.toString(), Yaml.read(file));
  }

  /**
   * Reads what was kept of a playbook.
   *
   * @param source what it was called, for messages
   * @throws dev.backstay.problem.ProblemException with every mistake in the text
   */
  public static Playbook read(String source, String text) {
    return new PlaybookReader().read(source, Yaml.parse(source, text));
  }

  private Playbook read(String source, Node root) {
    Fields top = Fields.open(PLAYBOOK, root, problems);
    top.kind("Playbook");
    Fields change = requiredSection(top, "change", ChangeReader.CHANGE);
    Fields lease = top.section("lease", LEASE);
    boolean takesOver = TrafficReader.takesOver(top.node("traffic"));
    Change wanted = ChangeReader.read(change, takesOver, problems);
    Playbook playbook =
        new Playbook(
            source,
            top.required("name", NAME).orElse(""),
            top.required("select", Reading.oneOrMore(Reading.text("a selection", "\\S+")))
                .orElse(List.of()),
            place(top, "select").toString(),
            wanted,
            top.optional("waves", this::waves)
                .orElse(List.of(new WaveSize.Count(1), new WaveSize.Rest())),
            observe(top.section("observe", OBSERVE)),
            gates(top.section("gates", GATES), wanted.activate()),
            top.section("onFailure", ON_FAILURE)
                .optional("rollback", Reading.text("all or wave", "all|wave"))
                .orElse("all")
                .equals("all"),
            new Playbook.Lease(
                lease.optional("apply", Units.POSITIVE_DURATION).orElse(Duration.ofSeconds(60)),
                lease
                    .optional("reboot", Units.DURATION_OR_ZERO)
                    .orElse(wanted.activate() == Activation.REBOOT ? REBOOT : Duration.ZERO),
                lease.optional("confirm", Units.POSITIVE_DURATION).orElse(Duration.ofSeconds(60))),
            limits(top.section("limits", LIMITS), top.node("traffic").isPresent()),
            maintenance(top.section("maintenance", MAINTENANCE)),
            approval(top.section("approval", APPROVAL)),
            top.optional("traffic", TrafficReader::read));
    problems.throwIfAny();
    return playbook;
  }

  private static Fields requiredSection(Fields fields, String key, Shape shape) {
    fields.required(key, (node, _) -> Optional.of(node));
    return fields.section(key, shape);
  }

  private Optional<List<WaveSize>> waves(Node node, Problems into) {
    if (!(node instanceof Node.Sequence sequence) || sequence.items().isEmpty()) {
      Reading.wrong(node, "a list of wave sizes such as [1, 4, 20%, rest]", into);
      return Optional.empty();
    }
    List<WaveSize> waves = new ArrayList<>();
    for (Node item : sequence.items()) {
      Optional<WaveSize> size = WAVE.read(item, into);
      size.ifPresent(waves::add);
      boolean last = item == sequence.items().getLast();
      if (!last && size.orElse(null) instanceof WaveSize.Rest) {
        into.add(
            Reading.CODE,
            item.position(),
            "\"rest\" takes all that are left, but waves follow it.",
            "make it the last one.");
      }
      boolean edge = last || item == sequence.items().getFirst();
      boolean twice = waves.size() > 1 && waves.get(waves.size() - 2) instanceof WaveSize.Ask;
      if (size.orElse(null) instanceof WaveSize.Ask && (edge || twice)) {
        into.add(
            Reading.CODE,
            item.position(),
            "\"ask\" stands between two waves.",
            "whether to begin is asked anyway; remove it or put a wave before and after it.");
      }
    }
    return Optional.of(waves);
  }

  /** A number, a share, or both: then whichever is less counts. */
  private static Optional<Limits.Allowance> allowance(Node node, Problems into) {
    Optional<List<String>> words =
        Reading.oneOrMore(
                Reading.text(
                    "a number of gateways such as 2, a share such as 5%, or both: [2, 5%]",
                    "[0-9]{1,6}|[0-9]{1,3}(\\.[0-9]{1,2})?%"))
            .read(node, into);
    if (words.isEmpty()) {
      return Optional.empty();
    }
    int count = Integer.MAX_VALUE;
    Percent share = new Percent(Percent.WHOLE);
    for (String word : words.get()) {
      Optional<Percent> percent = word.endsWith("%") ? Units.percent(word) : Optional.empty();
      if (word.endsWith("%") && percent.isEmpty()) {
        Reading.wrong(node, "a share of at most 100%", into);
        return Optional.empty();
      }
      count = percent.isPresent() ? count : Math.min(count, Integer.parseInt(word));
      share = percent.orElse(share);
    }
    return Optional.of(new Limits.Allowance(count, share));
  }

  private static Optional<WaveSize> wave(String text) {
    if (text.equals("rest")) {
      return Optional.of(new WaveSize.Rest());
    }
    if (text.equals("ask")) {
      return Optional.of(new WaveSize.Ask());
    }
    if (text.matches("[1-9][0-9]{0,8}")) {
      return Optional.of(new WaveSize.Count(Integer.parseInt(text)));
    }
    return Units.percent(text).filter(percent -> percent.hundredths() > 0).map(WaveSize.Share::new);
  }

  private static boolean isSize(WaveSize size) {
    return switch (size) {
      case WaveSize.Count _, WaveSize.Share _ -> true;
      case WaveSize.Rest _, WaveSize.Ask _ -> false;
    };
  }

  private static Playbook.Observe observe(Fields fields) {
    return new Playbook.Observe(
        fields.optional("baseline", Units.DURATION_OR_ZERO).orElse(Duration.ofSeconds(10)),
        fields.optional("window", Units.POSITIVE_DURATION).orElse(Duration.ofSeconds(240)),
        fields.optional("kick", Reading.bool()).orElse(true),
        fields.optional("soak", Units.DURATION_OR_ZERO).orElse(Duration.ZERO),
        fields.optional("control", CONTROL));
  }

  /** Two that are drained at once leave their clients to fewer others than anybody counted on. */
  private Limits limits(Fields fields, boolean drains) {
    Optional<Integer> parallel = fields.optional("parallel", Reading.integer(1, MOST_PARALLEL));
    if (drains && parallel.orElse(1) > 1) {
      problems.add(
          Reading.CODE,
          place(fields, "parallel"),
          "\"parallel\" is %d, and a playbook with \"traffic\" works on one gateway at a time."
              .formatted(parallel.orElse(1)),
          "remove it, or write 1.");
    }
    return new Limits(
        fields.optional("maxFailed", ALLOWANCE).orElse(Limits.Allowance.NONE),
        fields.optional("budgets", PlaybookReader::budgets).orElse(Map.of()),
        drains ? 1 : parallel.orElse(Limits.USUAL_PARALLEL),
        fields
            .optional("pairs", Reading.text("one-at-a-time or together", "one-at-a-time|together"))
            .orElse("one-at-a-time")
            .equals("one-at-a-time"));
  }

  private static Optional<Map<String, Limits.Allowance>> budgets(Node node, Problems into) {
    if (!(node instanceof Node.Mapping mapping)) {
      Reading.wrong(node, "a mapping such as {site: 1, tag:edge: 2}", into);
      return Optional.empty();
    }
    Map<String, Limits.Allowance> budgets = new LinkedHashMap<>();
    for (Node.Entry entry : mapping.entries()) {
      Optional<String> part = PART.read(entry.key(), into);
      Optional<Limits.Allowance> most = ALLOWANCE.read(entry.value(), into);
      if (part.isPresent() && most.isPresent()) {
        budgets.put(part.get(), most.get());
      }
    }
    return Optional.of(budgets);
  }

  private Maintenance maintenance(Fields fields) {
    List<MaintenanceWindow> windows =
        fields.optional("window", Reading.oneOrMore(WINDOW)).orElse(List.of());
    Optional<ZoneId> zone = fields.optional("zone", Reading.zone());
    if (fields.node("window").isPresent() && fields.node("zone").isEmpty()) {
      problems.add(
          "missing-key",
          fields.position(),
          "a maintenance window needs the key \"zone\": one o'clock is at another time elsewhere.",
          "name it like Europe/Berlin, or UTC.");
    }
    return windows.isEmpty() && zone.isEmpty()
        ? Maintenance.ANY_TIME
        : new Maintenance(windows, zone.orElse(Maintenance.ANY_TIME.zone()));
  }

  private static Approval approval(Fields fields) {
    return new Approval(
        fields.optional("people", Reading.integer(0, MOST_PEOPLE)).orElse(0),
        fields.optional("expires", Units.POSITIVE_DURATION).orElse(Approval.USUAL_EXPIRY));
  }

  private Gates gates(Fields fields, Activation activate) {
    Fields handshakes = fields.section("handshakes", HANDSHAKES);
    Percent healthy = handshakes.optional("healthy", Units.SHARE).orElse(new Percent(50));
    Optional<Percent> given = handshakes.optional("broken", Units.SHARE);
    Percent broken = given.orElse(new Percent(500));
    // A share that could not be read has been reported; nothing follows from its stand-in.
    if (given.isPresent() || handshakes.node("broken").isEmpty()) {
      checkOrder(handshakes, healthy, broken);
    }
    boolean probe =
        fields
            .optional("probe", Reading.text("required or off", "required|off"))
            .orElse("off")
            .equals("required");
    boolean few =
        fields
            .optional("fewClients", Reading.text("accept or refuse", "accept|refuse"))
            .orElse("refuse")
            .equals("accept");
    if (few && !probe && activate != Activation.NONE) {
      // rollout.md §3.6: low evidence may pass only beside a probe that completes a handshake.
      problems.add(
          Reading.CODE,
          place(fields, "fewClients"),
          "\"fewClients\" is accept, and without a probe nothing would judge a gateway that has no clients.",
          "add probe: required, or remove it.");
    }
    return new Gates(
        healthy,
        broken,
        fields.optional("silent", Units.SHARE).orElse(new Percent(2000)),
        fields.optional("stalled", Units.SHARE).orElse(new Percent(0)),
        probe,
        few,
        fields.optional("calibration", Units.AGE),
        Optional.empty());
  }

  private void checkOrder(Fields handshakes, Percent healthy, Percent broken) {
    if (broken.hundredths() == 0) {
      problems.add(
          Reading.CODE,
          place(handshakes, "broken"),
          "\"broken\" is 0%, so that the gate fails even when every client is back.",
          "from which share on is the change broken? 5% is usual.");
    } else if (healthy.hundredths() > broken.hundredths()) {
      problems.add(
          Reading.CODE,
          place(handshakes, "healthy"),
          "\"healthy\" is " + healthy + ", which is more than \"broken\" with " + broken + ".",
          "healthy is the smaller share; between the two the gate is inconclusive.");
    }
  }

  private static Position place(Fields fields, String key) {
    return fields.node(key).map(Node::position).orElse(fields.position());
  }
}
