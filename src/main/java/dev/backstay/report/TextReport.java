package dev.backstay.report;

import dev.backstay.rollout.Event;
import java.util.List;

/**
 * The story for a terminal: what was done, in order, how each gateway ended, and who is missing.
 */
public final class TextReport {
  /** So many names fit a screen; the journal has them all. */
  private static final int MOST_NAMES = 12;

  private static final String BENEATH = " ".repeat(30);

  private final Story story;
  private final StringBuilder text = new StringBuilder();

  private TextReport(Story story) {
    this.story = story;
  }

  /**
   * @param undelivered notifications that nobody got, a line each
   */
  public static String of(Story story, List<String> undelivered) {
    return new TextReport(story).write(undelivered);
  }

  /** What there is to say of a journal without a line. */
  public static String ofNothing() {
    return Words.EMPTY + "\n";
  }

  private String write(List<String> undelivered) {
    say(
        "Rollout %s of playbook %s, started %s"
            .formatted(story.id(), story.playbook(), Words.date(story.began())));
    story.moments().forEach(this::tell);
    say("");
    for (Story.Lane lane : story.gateways()) {
      say(
          "%-12s wave %d  %s%s"
              .formatted(
                  lane.gateway(),
                  lane.wave(),
                  lane.standing(),
                  lane.ending().map(end -> " (" + end.reason() + ")").orElse("")));
    }
    evidence();
    if (!undelivered.isEmpty()) {
      say("");
      say("Notifications that were not delivered:");
      undelivered.forEach(line -> say("  " + line));
    }
    say("");
    say(story.result());
    story.exitStatus().ifPresent(status -> say("Exit status " + status + "."));
    return text.toString();
  }

  private void tell(Story.Moment moment) {
    String clock = Words.clock(story.since(moment.at()));
    if (moment.tone() == Story.Tone.HEADING) {
      say("\n%s  %s: %s".formatted(clock, moment.subject(), moment.text()));
    } else if (moment.gateway().isEmpty()) {
      say("%s  %s".formatted(clock, (moment.subject() + " " + moment.text()).strip()));
    } else {
      String subject = moment.subject().isEmpty() ? "" : "%-10s ".formatted(moment.subject());
      say("%s  %-10s %s%s".formatted(clock, moment.gateway(), subject, moment.text()));
    }
    missing(moment.missing());
  }

  private void missing(List<Event.Missing> missing) {
    missing.stream()
        .limit(MOST_NAMES)
        .forEach(peer ->
            say(
                "%s%s peer %s, last seen at %s: %s%s"
                    .formatted(
                        BENEATH,
                        peer.network(),
                        peer.peer(),
                        Words.endpoint(peer),
                        Words.cause(peer),
                        peer.advice().isEmpty() ? "" : "; " + peer.advice())));
    if (missing.size() > MOST_NAMES) {
      say("%sand %d more".formatted(BENEATH, missing.size() - MOST_NAMES));
    }
  }

  private void evidence() {
    List<Story.Lane> kept =
        story.withEvidence().stream()
            .filter(lane -> lane.evidence().stream().anyMatch(e -> e.commit().isPresent()))
            .toList();
    if (!kept.isEmpty()) {
      say("");
      say("What the gateways looked like is kept, encrypted:");
      kept.forEach(lane -> say("  backstay evidence %s %s".formatted(story.id(), lane.gateway())));
    }
  }

  private void say(String line) {
    text.append(line).append('\n');
  }
}
