package dev.backstay.report;

import dev.backstay.rollout.Event;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * The story as one page that needs nothing else: no script, no picture and no font from elsewhere.
 * It may be opened from a disk, and sent to somebody.
 */
public final class HtmlReport {
  /** Nothing but the style sheet of the page itself is ever loaded or run. */
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

  private final Story story;
  private final Html html = new Html();

  private HtmlReport(Story story) {
    this.story = story;
  }

  /**
   * @param undelivered notifications that nobody got, a line each
   */
  public static String of(Story story, List<String> undelivered) {
    HtmlReport report = new HtmlReport(story);
    page(report.html, "Rollout " + story.id(), () -> report.body(undelivered));
    return report.html.toString();
  }

  /** What there is to say of a journal without a line. */
  public static String ofNothing() {
    Html html = new Html();
    page(html, "An empty journal", () -> html.element("main", Words.EMPTY));
    return html.toString();
  }

  private static void page(Html html, String title, Html.Content body) {
    html.element(
        "html",
        () -> {
          html.element(
              "head",
              () -> {
                html.empty("meta", "charset", "utf-8");
                html.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
                html.empty(
                    "meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
                html.empty("meta", "name", "color-scheme", "content", "light dark");
                html.empty("meta", "name", "referrer", "content", "no-referrer");
                html.element("title", title);
                html.style(sheet());
              });
          html.element("body", body);
        },
        "lang",
        "en");
  }

  private static String sheet() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("the style sheet is missing from this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void body(List<String> undelivered) {
    html.element("a", "To the gateways", "href", "#gateways", "class", "skip");
    html.element("header", this::header);
    html.element(
        "main",
        () -> {
          section("timeline", "Timeline", this::timeline);
          section("waves", "Waves", this::waves);
          if (!story.withMissing().isEmpty()) {
            section("missing", "Who did not come back", this::missing);
          }
          section("gateways", "Gateways", this::gateways);
          if (!story.orders().isEmpty()) {
            section("orders", "Orders", this::orders);
          }
          if (!story.withEvidence().isEmpty()) {
            section("evidence", "Kept evidence", this::evidence);
          }
          if (!undelivered.isEmpty()) {
            section(
                "undelivered", "Notifications that were not delivered", () -> list(undelivered));
          }
          section("happened", "What happened, in order", this::happened);
        });
  }

  private void header() {
    html.element("p", story.playbook(), "class", "above");
    html.element("h1", "Rollout " + story.id());
    html.element("p", story.result(), "class", "result " + tone());
    html.element(
        "dl",
        () -> {
          fact("Started", Words.date(story.began()));
          fact("Last line", Words.length(story.since(story.last())) + " later");
          fact("Gateways", Integer.toString(story.gateways().size()));
          story.exitStatus().ifPresent(status -> fact("Exit status", Integer.toString(status)));
          fact("Plan", story.plan());
        });
  }

  private String tone() {
    return story
        .end()
        .map(end ->
            switch (end.result()) {
              case DONE -> "good";
              case UNCHANGED, ROLLED_BACK, INCONCLUSIVE -> "back";
              case PARTIAL -> "bad";
            })
        .orElse("open");
  }

  private void fact(String name, String value) {
    html.element(
        "div",
        () -> {
          html.element("dt", name);
          html.element("dd", value);
        });
  }

  private void section(String id, String title, Html.Content content) {
    html.element(
        "section",
        () -> {
          html.element("h2", title, "id", id + "-title");
          content.write();
        },
        "id",
        id,
        "aria-labelledby",
        id + "-title");
  }

  private void timeline() {
    new Timeline(story, html).draw();
    html.element(
        "ul",
        () -> {
          legend("prepare", "prepare");
          legend("change", "change");
          legend("look", "look");
          legend("confirm", "confirm");
          legend("revert", "revert");
          legend("away", "interfaces away");
          legend("bad", "failed, or nobody knows (outlined)");
        },
        "class",
        "legend",
        "aria-hidden",
        "true");
    html.element(
        "p",
        "How long interfaces were away is the gateway's own measure; where that lies on the line is"
            + " known to within a second.",
        "class",
        "note");
    onlySome("picture");
  }

  private void legend(String look, String words) {
    html.element(
        "li",
        () -> {
          html.element("i", "", "class", "key " + look);
          html.text(words);
        });
  }

  private void onlySome(String where) {
    int shown = Timeline.shown(story).size();
    if (shown < story.gateways().size()) {
      html.element(
          "p",
          "This %s has %d of %d gateways, those first that did not end well. All are in --format json."
              .formatted(where, shown, story.gateways().size()),
          "class",
          "note");
    }
  }

  private void waves() {
    table(
        List.of("Wave", "Gateways", "Began", "Judged", "Result"),
        () ->
            story
                .waves()
                .forEach(wave ->
                    row(
                        wave.number() + (wave.number() == 1 ? " (canary)" : ""),
                        String.join(", ", wave.gateways()),
                        wave.began().map(at -> Words.clock(story.since(at))).orElse("not reached"),
                        wave.judged().map(at -> Words.clock(story.since(at))).orElse(""),
                        wave.passed()
                            .map(passed -> passed ? "passed" : "failed: " + wave.reason())
                            .orElse(""))));
  }

  private void missing() {
    table(
        List.of(
            "Gateway",
            "Interface",
            "Peer",
            "Last seen at",
            "Last handshake",
            "State",
            "What to do"),
        () ->
            story
                .withMissing()
                .forEach(lane ->
                    lane.judgement()
                        .ifPresent(judgement ->
                            judgement.body().missing().forEach(peer -> peer(lane, peer)))));
  }

  private void peer(Story.Lane lane, Event.Missing peer) {
    row(
        lane.gateway(),
        peer.network(),
        peer.peer(),
        Words.endpoint(peer),
        Words.lastHandshake(peer),
        Words.cause(peer),
        peer.advice());
  }

  private void gates(Story.Judgement judgement) {
    if (judgement.body().gates().isEmpty()) {
      return;
    }
    table(
        List.of("Gate", "Says", "Clients", "Test", "How sure", "Limits", "Why"),
        () ->
            judgement
                .body()
                .gates()
                .forEach(gate ->
                    row(
                        gate.gate(),
                        gate.says(),
                        "%d of %d".formatted(gate.against(), gate.clients()),
                        gate.test(),
                        Words.sure(gate),
                        Words.limits(gate),
                        gate.sentence())));
  }

  private void gateways() {
    onlySome("list");
    boolean few = story.gateways().size() <= 12;
    for (Story.Lane lane : Timeline.shown(story)) {
      boolean bad = lane.steps().stream().anyMatch(Story.Stretch::bad);
      String[] open = few || bad ? new String[] {"open", "open"} : new String[] {};
      html.element("details", () -> gateway(lane), open);
    }
  }

  private void gateway(Story.Lane lane) {
    html.element(
        "summary",
        () -> {
          html.element("strong", lane.gateway());
          html.text("  wave %d  ".formatted(lane.wave()));
          html.element("span", lane.standing(), "class", "standing");
        });
    lane.ending().ifPresent(end -> html.element("p", end.reason()));
    lane.judgement()
        .ifPresent(judgement ->
            html.element(
                "p", "Clients: %s (%s)".formatted(judgement.body().verdict(), judgement.counts())));
    lane.judgement().ifPresent(this::gates);
    table(
        List.of("Step", "Began", "Took", "How"),
        () ->
            lane.steps()
                .forEach(step ->
                    row(
                        step.step(),
                        Words.clock(story.since(step.began())),
                        step.ended()
                            .map(end -> Words.length(Duration.between(step.began(), end)))
                            .orElse(""),
                        step.ended().isEmpty()
                            ? "not ended"
                            : step.bad() ? step.result() + ": " + step.detail() : step.detail())));
  }

  private void orders() {
    list(
        story.orders().stream()
            .map(order -> Words.clock(story.since(order.at())) + "  " + order.text())
            .toList());
  }

  private void list(List<String> lines) {
    html.element("ul", () -> lines.forEach(line -> html.element("li", line)));
  }

  private void evidence() {
    table(
        List.of("Gateway", "Taken", "What", "Shown by"),
        () ->
            story
                .withEvidence()
                .forEach(lane ->
                    lane.evidence()
                        .forEach(one ->
                            row(
                                lane.gateway(),
                                one.take(),
                                one.note(),
                                one.commit().isPresent()
                                    ? "backstay evidence %s %s"
                                        .formatted(story.id(), lane.gateway())
                                    : ""))));
  }

  private void happened() {
    html.element(
        "details",
        () -> {
          html.element("summary", "%d lines".formatted(story.moments().size()));
          table(
              List.of("Time", "Where", "What", "How"),
              () ->
                  story
                      .moments()
                      .forEach(moment ->
                          row(
                              Words.clock(story.since(moment.at())),
                              moment.gateway(),
                              moment.subject(),
                              moment.text())));
        });
  }

  /** On a narrow screen each cell stands on a line of its own, after the title of its column. */
  private void table(List<String> titles, Html.Content rows) {
    columns = titles;
    html.element(
        "table",
        () -> {
          html.element(
              "thead",
              () ->
                  html.element(
                      "tr",
                      () -> titles.forEach(title -> html.element("th", title, "scope", "col"))));
          html.element("tbody", rows);
        });
  }

  private List<String> columns = List.of();

  private void row(String... cells) {
    html.element(
        "tr",
        () -> {
          for (int i = 0; i < cells.length; i++) {
            html.element("td", cells[i], "data-title", columns.get(i));
          }
        });
  }
}
