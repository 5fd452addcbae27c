package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.OrderWord;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "pause",
    description = {
      "Begin no further wave of a running rollout. Open leases are finished, and gates go on watching."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay pause module-1.0.1-20261125-031500"})
final class PauseCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ROLLOUT", description = "As `backstay rollouts` lists it.")
  private String rollout = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Kept in the journal.")
  private String reason = "";

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    WorkingDirectory here = backstay.here().made();
    Person person = Person.of(backstay.surroundings().environment());
    TakeOver takeOver =
        new TakeOver(
            here, person, rollout, spec.commandLine().getOut(), spec.commandLine().getErr());
    if (takeOver.told(OrderWord.PAUSE, reason)) {
      return ExitCode.DONE.status();
    }
    throw new ProblemException(
        "rollout-idle",
        rollout,
        "no controller is at work on this rollout",
        "backstay resume %s goes on with it".formatted(rollout));
  }
}
