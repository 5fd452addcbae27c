package dev.backstay.cli;

import dev.backstay.problem.Problem;
import dev.backstay.process.MemoryLock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** The command {@code backstay}. */
@Command(
    name = "backstay",
    description = "Upgrades WireGuard fleets and gives every change a way back.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Exit status: 0 done, 1 error, 2 changes pending, 3 rolled back,",
      "4 partly done (a person is needed), 5 inconclusive, 64 usage."
    })
public final class Main {
  private static final String JSON = "--json";

  /** Those that may hold a secret of the vault, or a key of the probe. */
  private static final Set<String> WITH_SECRETS =
      Set.of(
          "init", "apply", "resume", "abort", "rollback", "evidence", "snapshot", "vault", "probe");

  private static final Pattern SECRET_KEY = Pattern.compile("(?i)AGE-SECRET-KEY-[A-Z0-9]*");

  private final WorkingDirectory here;
  private final Surroundings surroundings;

  private Main(WorkingDirectory here, Surroundings surroundings) {
    this.here = here;
    this.surroundings = surroundings;
  }

  public static void main(String[] arguments) {
    if (arguments.length > 0 && WITH_SECRETS.contains(arguments[0])) {
      // Best effort: where the system does not let us, there is nothing a person could do at once.
      MemoryLock.take();
    }
    CommandLine line =
        commandLine(
            WorkingDirectory.here(),
            Surroundings.ofThisProcess(),
            Subcommands.neededFor(arguments));
    System.exit(line.execute(arguments));
  }

  /**
   * @param here the folder the commands work in, which need not be the one this process was started
   *     in
   */
  static CommandLine commandLine(WorkingDirectory here) {
    return commandLine(here, Surroundings.ofThisProcess());
  }

  static CommandLine commandLine(WorkingDirectory here, Surroundings surroundings) {
    return commandLine(here, surroundings, Subcommands.all());
  }

  private static CommandLine commandLine(
      WorkingDirectory here, Surroundings surroundings, Map<String, Class<?>> subcommands) {
    CommandLine line = new CommandLine(new Main(here, surroundings));
    subcommands.forEach(line::addSubcommand);
    line.setExecutionStrategy(Main::run);
    line.setExecutionExceptionHandler(Main::failed);
    line.setParameterExceptionHandler(Main::misused);
    // What follows the command of `lab exec` and `lab ssh` belongs to that command, and a step
    // backwards of `lab step-clock` is no option.
    CommandLine lab = line.getSubcommands().get("lab");
    for (String name : List.of("exec", "ssh", "step-clock")) {
      if (lab != null) {
        Objects.requireNonNull(lab.getSubcommands().get(name)).setStopAtPositional(true);
      }
    }
    return line;
  }

  WorkingDirectory here() {
    return here;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  /** Writers keep what does not end a line; before a complaint and the end it has to be out. */
  private static int run(ParseResult parsed) {
    try {
      return new RunLast().execute(parsed);
    } finally {
      innermost(parsed).commandSpec().commandLine().getOut().flush();
    }
  }

  private static int misused(ParameterException error, String[] arguments) {
    CommandLine command = error.getCommandLine();
    Complaint.of(
            new Problem(
                "usage",
                "",
                withoutSecrets(
                    Objects.requireNonNullElse(error.getMessage(), "these words make no command")),
                command.getCommandSpec().qualifiedName() + " --help"))
        .print(command.getErr(), List.of(arguments).contains(JSON));
    return ExitCode.USAGE.status();
  }

  /** People paste the wrong half. */
  private static String withoutSecrets(String message) {
    return SECRET_KEY.matcher(message).replaceAll("***");
  }

  private static int failed(Exception error, CommandLine command, ParseResult parsed)
      throws Exception {
    Complaint.of(error)
        .orElseThrow(() -> error)
        .print(command.getErr(), innermost(parsed).hasMatchedOption(JSON));
    return ExitCode.ERROR.status();
  }

  private static ParseResult innermost(ParseResult parsed) {
    return parsed.hasSubcommand() ? innermost(parsed.subcommand()) : parsed;
  }
}
