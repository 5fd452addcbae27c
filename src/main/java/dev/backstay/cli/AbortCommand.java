package dev.backstay.cli;

import dev.backstay.rollout.Event;
import dev.backstay.rollout.OrderWord;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "abort",
    description = {
      "End a rollout: what is not confirmed goes back at once, what is confirmed stays."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay abort module-1.0.1-20261125-031500 --reason outage"})
final class AbortCommand implements Callable<Integer> {
  @Mixin private IdentityOption identity;

  @Parameters(paramLabel = "ROLLOUT", description = "As `backstay rollouts` lists it.")
  private String rollout = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Kept in the journal.")
  private String reason = "";

  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "FILE",
      description = "Default: the one that the plan was made with.")
  private Optional<Path> inventory = Optional.empty();

  @Option(names = "--json", description = "Print the journal as JSON lines, nothing else.")
  private boolean json;

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    WorkingDirectory here = backstay.here().made();
    Person person = Person.of(backstay.surroundings().environment());
    TakeOver takeOver =
        new TakeOver(
            here, person, rollout, spec.commandLine().getOut(), spec.commandLine().getErr());
    if (takeOver.told(OrderWord.ABORT, reason)) {
      return ExitCode.DONE.status();
    }
    Event.Ordered order = new Event.Ordered(OrderWord.ABORT, person.toString(), reason);
    return takeOver.goOn(inventory, identity.find(backstay), Optional.of(order), json).status();
  }
}
