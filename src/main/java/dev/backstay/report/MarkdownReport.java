package dev.backstay.report;

import java.util.List;
import java.util.stream.Collectors;

/** The story as GitHub, GitLab and wikis show it: for a ticket or a merge request. */
public final class MarkdownReport {
  private final Story story;
  private final StringBuilder text = new StringBuilder();

  private MarkdownReport(Story story) {
    this.story = story;
  }

  /**
   * @param undelivered notifications that nobody got, a line each
   */
  public static String of(Story story, List<String> undelivered) {
    return new MarkdownReport(story).write(undelivered);
  }

  /** What there is to say of a journal without a line. */
  public static String ofNothing() {
    return plain(Words.EMPTY) + "\n";
  }

  private String write(List<String> undelivered) {
    say("# Rollout " + plain(story.id()));
    say("");
    say("- **" + plain(story.result()) + "**");
    story.exitStatus().ifPresent(status -> say("- Exit status: " + status));
    say("- Playbook: " + plain(story.playbook()));
    say("- Plan: `" + code(story.plan()) + "`");
    say(
        "- Started: %s; last line after %s"
            .formatted(Words.date(story.began()), Words.length(story.since(story.last()))));
    gateways();
    waves();
    missing();
    gates();
    orders();
    evidence();
    happened();
    if (!undelivered.isEmpty()) {
      heading("Notifications that were not delivered");
      undelivered.forEach(line -> say("- " + plain(line)));
    }
    return text.toString();
  }

  private void gateways() {
    heading("Gateways");
    table("Gateway", "Wave", "Ended", "Why", "Clients", "Interfaces away");
    for (Story.Lane lane : story.gateways()) {
      row(
          lane.gateway(),
          Integer.toString(lane.wave()),
          lane.standing(),
          lane.ending().map(Story.Closing::reason).orElse(""),
          lane.judgement().map(Story.Judgement::counts).orElse(""),
          lane.steps().stream()
              .flatMap(step ->
                  step.cut().map(cut -> Words.length(cut.length()) + " in " + step.step()).stream())
              .collect(Collectors.joining(", ")));
    }
  }

  private void waves() {
    heading("Waves");
    table("Wave", "Gateways", "Began", "Judged", "Result");
    for (Story.Wave wave : story.waves()) {
      row(
          Integer.toString(wave.number()),
          String.join(", ", wave.gateways()),
          wave.began().map(at -> Words.clock(story.since(at))).orElse("not reached"),
          wave.judged().map(at -> Words.clock(story.since(at))).orElse(""),
          wave.passed().map(passed -> passed ? "passed" : "failed: " + wave.reason()).orElse(""));
    }
  }

  private void missing() {
    if (story.withMissing().isEmpty()) {
      return;
    }
    heading("Who did not come back");
    table("Gateway", "Interface", "Peer", "Last seen at", "Last handshake", "State", "What to do");
    story
        .withMissing()
        .forEach(lane ->
            lane.judgement()
                .ifPresent(judgement ->
                    judgement
                        .body()
                        .missing()
                        .forEach(peer ->
                            row(
                                lane.gateway(),
                                peer.network(),
                                peer.peer(),
                                Words.endpoint(peer),
                                Words.lastHandshake(peer),
                                Words.cause(peer),
                                peer.advice()))));
  }

  private void gates() {
    if (story.withGates().isEmpty()) {
      return;
    }
    heading("How they were judged");
    table("Gateway", "Gate", "Says", "Clients", "Test", "How sure", "Limits", "Why");
    for (Story.Lane lane : story.withGates()) {
      lane.judgement().stream()
          .flatMap(judgement -> judgement.body().gates().stream())
          .forEach(gate ->
              row(
                  lane.gateway(),
                  gate.gate(),
                  gate.says(),
                  "%d of %d".formatted(gate.against(), gate.clients()),
                  gate.test(),
                  Words.sure(gate),
                  Words.limits(gate),
                  gate.sentence()));
    }
  }

  private void orders() {
    if (!story.orders().isEmpty()) {
      heading("Orders");
      story
          .orders()
          .forEach(order ->
              say("- %s %s".formatted(Words.clock(story.since(order.at())), plain(order.text()))));
    }
  }

  private void evidence() {
    if (story.withEvidence().isEmpty()) {
      return;
    }
    heading("Kept evidence");
    table("Gateway", "Taken", "What", "Shown by");
    for (Story.Lane lane : story.withEvidence()) {
      for (Story.Evidence one : lane.evidence()) {
        row(
            lane.gateway(),
            one.take(),
            one.note(),
            one.commit().isPresent()
                ? "backstay evidence %s %s".formatted(story.id(), lane.gateway())
                : "");
      }
    }
  }

  private void happened() {
    heading("What happened");
    table("Time", "Where", "What", "How");
    for (Story.Moment moment : story.moments()) {
      row(
          Words.clock(story.since(moment.at())),
          moment.gateway(),
          moment.subject(),
          moment.tone() == Story.Tone.BAD ? "⚠ " + moment.text() : moment.text());
    }
  }

  private void heading(String title) {
    say("");
    say("## " + title);
    say("");
  }

  private void table(String... titles) {
    row(titles);
    say("| --- ".repeat(titles.length) + "|");
  }

  private void row(String... cells) {
    StringBuilder row = new StringBuilder();
    for (String cell : cells) {
      row.append("| ").append(plain(cell)).append(' ');
    }
    say(row + "|");
  }

  /** Nothing in it is Markdown or HTML, whatever a gateway has said. */
  private static String plain(String said) {
    StringBuilder plain = new StringBuilder();
    said.codePoints()
        .forEach(c -> {
          if (Character.isISOControl(c)) {
            plain.append(' ');
          } else if (c == '<' || c == '&') {
            plain.append(c == '<' ? "&lt;" : "&amp;");
          } else {
            if ("\\`*_[]|#~>".indexOf(c) >= 0) {
              plain.append('\\');
            }
            plain.appendCodePoint(c);
          }
        });
    return plain.toString();
  }

  /** Within backquotes, where no escape works. */
  private static String code(String said) {
    return said.replaceAll("[^\\p{Alnum}._:/+-]", " ");
  }

  private void say(String line) {
    text.append(line).append('\n');
  }
}
