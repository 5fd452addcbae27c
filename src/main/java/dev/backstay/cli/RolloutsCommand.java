package dev.backstay.cli;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.RolloutState;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
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
    List<Problem> damaged = new ArrayList<>();
    for (String id : here.rollouts()) {
      try {
        RolloutState state = RolloutState.fold(Journal.read(here.journal(id)));
        out.println(LINE.formatted(id, state.end().map(e -> e.result().words()).orElse("open")));
      } catch (ProblemException unreadable) {
        out.println(LINE.formatted(id, "unreadable"));
        damaged.addAll(unreadable.problems());
      }
    }
    if (!damaged.isEmpty()) {
      throw new ProblemException(damaged);
    }
    return ExitCode.DONE.status();
  }
}
