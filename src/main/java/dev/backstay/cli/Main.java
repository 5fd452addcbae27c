package dev.backstay.cli;

import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command {@code backstay}. */
@Command(
    name = "backstay",
    description = "Upgrades WireGuard fleets and gives every change a way back.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      InitCommand.class,
      FactsCommand.class,
      PlanCommand.class,
      ApplyCommand.class,
      RolloutsCommand.class,
      ReportCommand.class,
      SnapshotCommand.class,
      LabCommand.class,
      DemoCommand.class
    },
    footer = {
      "",
      "Exit status: 0 done, 1 error, 2 changes pending, 3 rolled back,",
      "4 partly done (a person is needed), 5 inconclusive, 64 usage."
    })
public final class Main {
  private final WorkingDirectory here;

  private Main(WorkingDirectory here) {
    this.here = here;
  }

  public static void main(String[] arguments) {
    System.exit(commandLine(WorkingDirectory.here()).execute(arguments));
  }

  /**
   * @param here the folder the commands work in, which need not be the one this process was started
   *     in
   */
  static CommandLine commandLine(WorkingDirectory here) {
    CommandLine line = new CommandLine(new Main(here));
    line.setExecutionExceptionHandler((error, command, parsed) -> failed(error, command));
    line.setParameterExceptionHandler(Main::misused);
    // What follows the command of `lab exec` and `lab ssh` belongs to that command.
    CommandLine lab = Objects.requireNonNull(line.getSubcommands().get("lab"));
    lab.getSubcommands().values().forEach(command -> command.setStopAtPositional(true));
    return line;
  }

  WorkingDirectory here() {
    return here;
  }

  private static int misused(ParameterException error, String[] arguments) {
    PrintWriter err = error.getCommandLine().getErr();
    err.println("backstay: " + error.getMessage());
    err.println("  hint: " + error.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE.status();
  }

  private static int failed(Exception error, CommandLine command) throws Exception {
    PrintWriter err = command.getErr();
    switch (error) {
      case ProblemException problems -> say(err, problems.problems());
      case GatewayLostException lost -> err.println("backstay: " + lost.getMessage());
      case GatewayRefusedException refused -> err.println("backstay: " + refused.getMessage());
      default -> throw error;
    }
    return ExitCode.ERROR.status();
  }

  private static void say(PrintWriter err, List<Problem> problems) {
    problems.forEach(problem -> err.println("backstay: " + problem.text()));
    if (problems.size() > 1) {
      err.println("backstay: %d problems; nothing was changed".formatted(problems.size()));
    }
  }
}
