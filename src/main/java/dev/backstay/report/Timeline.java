package dev.backstay.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The picture of a rollout: a lane for each gateway, its steps as bars, and on them when its
 * interfaces were away, how its clients were judged and how it ended. Widths are shares of the
 * picture and heights are fixed, so that it fits a phone without its letters getting smaller.
 */
final class Timeline {
  /** A picture with more lanes than this is no picture. */
  static final int MOST_LANES = 200;

  private static final int AXIS = 22;
  private static final int LANE = 70;
  private static final int BAR_TOP = 38;
  private static final int BAR_HEIGHT = 22;

  /** A bar is wide enough for its word from this share on; below the first on wide screens only. */
  private static final double ROOM_EVERYWHERE = 24;

  private static final double ROOM_ON_WIDE_SCREENS = 8;

  /** So that a step of no time at all can be seen. */
  private static final double THINNEST = 0.4;

  private final Story story;
  private final Html html;
  private final Scale scale;

  Timeline(Story story, Html html) {
    this.story = story;
    this.html = html;
    this.scale = Scale.of(story.began(), story.last());
  }

  /** Those that ended badly come first where not all fit. */
  static List<Story.Lane> shown(Story story) {
    if (story.gateways().size() <= MOST_LANES) {
      return story.gateways();
    }
    List<Story.Lane> shown = new ArrayList<>();
    List<Story.Lane> fine = new ArrayList<>();
    for (Story.Lane lane : story.gateways()) {
      boolean well = lane.standing().equals("confirmed") || lane.standing().equals("unchanged");
      (well ? fine : shown).add(lane);
    }
    shown.addAll(fine);
    return List.copyOf(shown.subList(0, MOST_LANES));
  }

  void draw() {
    List<Story.Lane> lanes = shown(story);
    int height = AXIS + lanes.size() * LANE;
    html.element(
        "svg",
        () -> {
          html.element("title", "Timeline", "id", "picture-title");
          html.element(
              "desc",
              "When each gateway went through which step. The same is told in words below, gateway by"
                  + " gateway.",
              "id",
              "picture-desc");
          axis(height);
          for (int i = 0; i < lanes.size(); i++) {
            lane(lanes.get(i), AXIS + i * LANE);
          }
        },
        "xmlns",
        "http://www.w3.org/2000/svg",
        "role",
        "img",
        "aria-labelledby",
        "picture-title picture-desc",
        "width",
        "100%",
        "height",
        Integer.toString(height),
        "class",
        "timeline");
  }

  private void axis(int height) {
    for (Duration tick : scale.ticks()) {
      String x = Scale.percent(scale.percent(story.began().plus(tick)));
      html.empty("line", "x1", x, "x2", x, "y1", "16", "y2", "" + height, "class", "tick");
      double percent = scale.percent(story.began().plus(tick));
      String anchor = percent < 5 ? "start" : percent > 92 ? "end" : "middle";
      html.element("text", Words.tick(tick), "x", x, "y", "12", "text-anchor", anchor);
    }
  }

  private void lane(Story.Lane lane, int top) {
    html.element(
        "text",
        () -> {
          html.element("tspan", lane.gateway(), "class", "name");
          html.element("tspan", "  wave %d  %s".formatted(lane.wave(), lane.standing()));
        },
        "x",
        "0",
        "y",
        "" + (top + 18));
    html.empty(
        "rect",
        "x",
        "0",
        "y",
        "" + (top + BAR_TOP),
        "width",
        "100%",
        "height",
        "" + BAR_HEIGHT,
        "class",
        "track");
    lane.steps().forEach(step -> bar(step, top + BAR_TOP));
    lane.steps().forEach(step -> step.cut().ifPresent(cut -> away(cut, top + BAR_TOP)));
    lane.judgements()
        .forEach(judgement ->
            mark(
                judgement.at(),
                top,
                "verdict " + judgement.body().verdict(),
                judgement.body().verdict() + ": " + judgement.counts()));
    lane.endings()
        .forEach(
            end -> mark(end.at(), top, "end " + end.ending(), end.ending() + ": " + end.reason()));
  }

  /** A picture of its own, so that its word ends where the bar ends. */
  private void bar(Story.Stretch step, int y) {
    double from = scale.percent(step.began());
    double to = scale.percent(step.ended().orElse(story.last()));
    double width = Math.max(THINNEST, to - from);
    html.element(
        "svg",
        () -> {
          html.element("title", told(step));
          html.empty("rect", "width", "100%", "height", "100%", "class", look(step));
          if (width >= ROOM_ON_WIDE_SCREENS) {
            String room = width >= ROOM_EVERYWHERE ? "word" : "word wide";
            html.element("text", step.step(), "x", "5", "y", "15", "class", room);
          }
        },
        "x",
        Scale.percent(Math.min(from, 100 - width)),
        "y",
        "" + y,
        "width",
        Scale.percent(width),
        "height",
        "" + BAR_HEIGHT);
  }

  private String told(Story.Stretch step) {
    Instant end = step.ended().orElse(story.last());
    return "%s, %s, %s: %s"
        .formatted(
            step.step(),
            Words.clock(story.since(step.began())),
            Words.length(Duration.between(step.began(), end)),
            step.ended().isEmpty() ? "not ended" : step.result() + ", " + step.detail());
  }

  private static String look(Story.Stretch step) {
    String kind =
        switch (step.step()) {
          case "preflight", "baseline", "snapshot", "stage", "traffic", "arm" -> "prepare";
          case "apply", "reboot" -> "change";
          case "confirm" -> "confirm";
          case "revert" -> "revert";
          // Looking: reachable, observe, and whatever else does not touch the gateway.
          default -> "look";
        };
    return "bar " + kind + (step.ended().isEmpty() ? " open" : step.bad() ? " bad" : "");
  }

  private void away(Story.Cut cut, int y) {
    double from = scale.percent(cut.began());
    double width = Math.max(THINNEST, scale.percent(cut.ended()) - from);
    html.element(
        "rect",
        () -> html.element("title", "interfaces away for " + Words.length(cut.length())),
        "x",
        Scale.percent(from),
        "y",
        "" + (y + BAR_HEIGHT - 6),
        "width",
        Scale.percent(width),
        "height",
        "6",
        "class",
        "away");
  }

  private void mark(Instant at, int top, String look, String told) {
    String x = Scale.percent(scale.percent(at));
    html.element(
        "svg",
        () ->
            html.element(
                "g",
                () -> {
                  html.element("title", told);
                  html.empty("path", "d", shape(look));
                },
                "class",
                "mark " + look),
        "x",
        x,
        "y",
        "" + (top + BAR_TOP - 9),
        "width",
        "1",
        "height",
        "40",
        "overflow",
        "visible");
  }

  /** Told apart by their shape as well: not everybody sees red and green. */
  private static String shape(String look) {
    return switch (look) {
      case "verdict pass", "end confirmed", "end unchanged" -> "M-6 0 L-2 5 L6 -5";
      case "verdict fail" -> "M-5 -5 L5 5 M-5 5 L5 -5";
      case "end reverted" -> "M6 -4 L-6 0 L6 4";
      default -> "M0 -6 L0 2 M0 4 L0 6";
    };
  }
}
