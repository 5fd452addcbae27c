package dev.backstay.cli;

import dev.backstay.knowngood.KnownGood;
import dev.backstay.knowngood.KnownGoodText;
import dev.backstay.notify.Notifier;
import dev.backstay.notify.NotifyReader;
import dev.backstay.notify.Undelivered;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Proof;
import java.io.IOException;
import java.time.Clock;
import java.util.List;

/**
 * Who hears a rollout besides the eye of a person: those who are notified, and the file of what is
 * known to be good. Neither can hold it up or fail it.
 */
final class Bystanders {
  private final WorkingDirectory here;
  private final String rollout;
  private final Undelivered undelivered;
  private final Notifier notifier;

  private Bystanders(
      WorkingDirectory here, String rollout, Undelivered undelivered, Notifier notifier) {
    this.here = here;
    this.rollout = rollout;
    this.undelivered = undelivered;
    this.notifier = notifier;
  }

  /**
   * Before anything is changed.
   *
   * @throws ProblemException with every mistake in {@code notify.yaml} and {@code known-good.yaml}
   */
  static Bystanders of(WorkingDirectory here, String rollout, Clock clock) {
    KnownGood.read(here.knownGood());
    Undelivered undelivered = new Undelivered(here.undelivered(rollout));
    return new Bystanders(
        here,
        rollout,
        undelivered,
        Notifier.start(
            NotifyReader.read(here.notifications()),
            undelivered,
            clock,
            result -> ExitCode.of(result).status()));
  }

  /** An earlier controller wrote it, and told. */
  void known(JournalLine line) {
    notifier.known(line);
  }

  void written(JournalLine line) {
    notifier.written(line);
  }

  /** When the command ends, whether the rollout has or not. */
  void end() {
    notifier.close();
    undelivered.sentences().forEach(Bystanders::say);
    try {
      List<JournalLine> lines = Journal.read(here.journal(rollout));
      KnownGood before = KnownGood.read(here.knownGood());
      KnownGood after = Proof.after(before, lines);
      if (!after.equals(before)) {
        WholeFile.write(here.knownGood(), KnownGoodText.yaml(after));
      }
    } catch (IOException | ProblemException unwritten) {
      say("what is known to be good was not written down: " + unwritten.getMessage());
    }
  }

  private static void say(String sentence) {
    System.err.println("backstay: " + sentence);
  }
}
