package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Advice;
import dev.backstay.rollout.Calendar;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.GatewayLocks;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.OrderWord;
import dev.backstay.rollout.PlanFile;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.Rollout;
import dev.backstay.rollout.RolloutState;
import dev.backstay.rollout.SavedPlan;
import dev.backstay.rollout.Scope;
import dev.backstay.rollout.Stamp;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import dev.backstay.transaction.Ending;
import dev.backstay.transaction.Probes;
import dev.backstay.transaction.Restore;
import dev.backstay.transaction.TakeSnapshot;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** Runs a rollout before the eyes of a person, or of a program that reads its journal. */
final class RolloutRun {
  private final WorkingDirectory here;
  private final Person person;
  private final PrintWriter out;
  private final boolean json;

  /**
   * @param json print the journal as JSON lines, and nothing else
   */
  RolloutRun(WorkingDirectory here, Person person, PrintWriter out, boolean json) {
    this.here = here;
    this.person = person;
    this.out = out;
    this.json = json;
  }

  /**
   * What a rollout works with.
   *
   * @param restore what goes back beside what the playbook says
   * @param probes whose peers are no clients
   */
  record Means(
      Calendar calendar,
      Optional<Restore> restore,
      Connector connector,
      TakeSnapshot snapshots,
      Probes probes) {}

  /** Begins a rollout. */
  ExitCode begin(Scope plan, SavedPlan saved, Means means) {
    Time time = Time.real();
    String id = plan.playbook().name() + "-" + Stamp.of(time.clock().instant());
    RolloutFolder folder = here.rollout(id);
    Bystanders others = Bystanders.of(here, id, time.clock());
    try (RolloutFolder.Running _ = folder.takeOrRefuse()) {
      here.letGoOfWhatIsOver(person.host());
      here.locks().acquire(locks(plan, id), person.host());
      PlanFile.write(folder.plan(), saved);
      try (View view = View.on(out, json);
          Journal journal = Journal.create(folder.journal(), time.clock(), both(view, others, 0))) {
        Rollout rollout = Wiring.rollout(id, plan, means, folder.orders(), journal, view, time);
        return run(
            id, view, journal, () -> rollout.run(id, PlanFile.hash(saved), person.toString()));
      } finally {
        others.end();
      }
    }
  }

  /**
   * Goes on with one that an earlier controller left.
   *
   * @param order what is wanted of it beyond going on
   */
  ExitCode goOn(String id, Scope plan, Means means, Optional<Event.Ordered> order) {
    Time time = Time.real();
    RolloutFolder folder = here.rollout(id);
    Bystanders others = Bystanders.of(here, id, time.clock());
    try (RolloutFolder.Running _ = folder.takeOrRefuse()) {
      here.letGoOfWhatIsOver(person.host());
      here.locks().acquire(locks(plan, id), person.host());
      long known = Journal.read(folder.journal()).size();
      try (View view = View.on(out, json);
          Journal journal =
              Journal.reopen(folder.journal(), time.clock(), both(view, others, known))) {
        Rollout rollout = Wiring.rollout(id, plan, means, folder.orders(), journal, view, time);
        return run(id, view, journal, () -> rollout.resume(person.toString(), order));
      } finally {
        others.end();
      }
    }
  }

  /**
   * @param known lines that others were told already
   */
  private static Consumer<JournalLine> both(View view, Bystanders others, long known) {
    return line -> {
      view.written(line);
      if (line.seq() > known) {
        others.written(line);
      } else {
        others.known(line);
      }
    };
  }

  private interface Work {
    Optional<Result> work();
  }

  private ExitCode run(String id, View view, Journal journal, Work work) {
    Optional<Result> result;
    try (Interrupts _ = Interrupts.stopping(here.rollout(id).orders(), person, view::tell)) {
      result = work.work();
    }
    view.close();
    if (result.isPresent()) {
      here.locks().release(id);
    }
    if (!json) {
      tell(id, journal, result);
    }
    return result.map(ExitCode::of).orElse(ExitCode.PERSON_NEEDED);
  }

  private void tell(String id, Journal journal, Optional<Result> result) {
    if (result.isPresent()) {
      out.println("Rollout " + id + ": " + result.get().words() + ".");
      journal
          .state()
          .end()
          .filter(end -> end.result() != Result.DONE)
          .ifPresent(end -> out.println("  " + end.reason()));
      Advice.of(journal.state()).forEach(line -> out.println("  " + line));
    } else {
      out.println("Rollout " + id + ": " + left(journal.state()));
      out.println("  backstay resume %s    or    backstay rollback %s".formatted(id, id));
    }
    out.println("  backstay report " + id);
    out.flush();
  }

  private static String left(RolloutState state) {
    return state.gateways().entrySet().stream()
        .filter(one -> one.getValue().endedAs(Ending.CONFIRMED) && one.getValue().away())
        .findFirst()
        .map(one ->
            "stopped. Nobody watches the clients of %s now; unless this is resumed they go back to their old gateway by themselves."
                .formatted(one.getKey()))
        .orElse("stopped between gateways; nothing is open.");
  }

  private List<GatewayLocks.Lock> locks(Scope plan, String rollout) {
    ProcessHandle process = ProcessHandle.current();
    Instant began = process.info().startInstant().orElse(Instant.EPOCH);
    Instant now = Instant.now();
    List<String> names = new ArrayList<>();
    plan.waves().forEach(wave -> names.addAll(wave.gateways()));
    plan.front().hosts().forEach(host -> names.add(host.name()));
    plan.front().old().ifPresent(old -> names.add(old.name()));
    return names.stream()
        .map(name ->
            new GatewayLocks.Lock(
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()),
                name,
                rollout,
                person.toString(),
                person.host(),
                process.pid(),
                began,
                now))
        .toList();
  }

  /** An order of this person. */
  Event.Ordered order(OrderWord word, String reason) {
    return new Event.Ordered(word, person.toString(), reason);
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
