package dev.backstay.cli;

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
  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    WorkingDirectory here = backstay.here();
    PrintWriter out = spec.commandLine().getOut();
    for (String id : here.rollouts()) {
      RolloutState state = RolloutState.fold(Journal.read(here.journal(id)));
      out.println(
          "%-44s %s".formatted(id, state.end().map(end -> end.result().words()).orElse("open")));
    }
    return ExitCode.DONE.status();
  }
}
