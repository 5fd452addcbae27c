package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.RolloutState;
import dev.backstay.ssh.Connector;
import dev.backstay.transaction.Restore;
import dev.backstay.transaction.TakeSnapshot;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Runs a rollout before the eyes of a person, or of a program that reads its journal. */
final class RolloutRun {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final WorkingDirectory here;
  private final PrintWriter out;
  private final boolean json;

  /**
   * @param json print the journal as JSON lines, and nothing else
   */
  RolloutRun(WorkingDirectory here, PrintWriter out, boolean json) {
    this.here = here;
    this.out = out;
    this.json = json;
  }

  Result run(
      Plan plan,
      Playbook playbook,
      List<Gateway> gateways,
      Optional<Restore> restore,
      Connector connector,
      TakeSnapshot snapshots) {
    Clock clock = Clock.systemUTC();
    String id = playbook.name() + "-" + STAMP.format(clock.instant());
    Bystanders others = Bystanders.of(here, id, clock);
    try (View view = View.on(out, json);
        Journal journal =
            Journal.create(
                here.journal(id),
                clock,
                line -> {
                  view.written(line);
                  others.written(line);
                })) {
      Result result =
          Wiring.rollout(id, plan, playbook, gateways, restore, journal, connector, snapshots, view)
              .run();
      view.close();
      if (!json) {
        out.println("Rollout " + id + ": " + result.words() + ".");
        RolloutState.fold(journal.lines())
            .end()
            .filter(end -> result != Result.DONE)
            .ifPresent(end -> out.println("  " + end.reason()));
        out.println("  backstay report " + id);
        out.flush();
      }
      return result;
    } finally {
      others.end();
    }
  }

  /**
   * Whether the person at the terminal has typed yes.
   *
   * @throws ProblemException {@code nobody-to-ask}
   */
  static boolean agreed(String question) {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw new ProblemException(
          "nobody-to-ask",
          "",
          "there is no terminal to ask on",
          "pass --yes if what was shown is what you want");
    }
    return "yes".equals(console.readLine("%s Type yes to go on: ", question));
  }
}
