package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.RolloutState;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "rollouts",
    description = "List the rollouts made in this working directory, oldest first.",
    mixinStandardHelpOptions = true)
final class RolloutsCommand implements Callable<Integer> {
  private static final String LINE = "%-44s %s";

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    WorkingDirectory here = backstay.here().made();
    PrintWriter out = spec.commandLine().getOut();
    EachOf.run(here.rollouts(), id -> tell(id, here, out));
    return ExitCode.DONE.status();
  }

  private static void tell(String id, WorkingDirectory here, PrintWriter out) {
    try {
      RolloutState state = RolloutState.fold(Journal.read(here.journal(id)));
      out.println(LINE.formatted(id, state.end().map(e -> e.result().words()).orElse("open")));
    } catch (ProblemException unreadable) {
      out.println(LINE.formatted(id, "unreadable"));
      throw unreadable;
    }
  }
}
