package dev.backstay.cli;

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
    name = "resume",
    description = {
      "Go on with a rollout whose controller died or was stopped.",
      "Every gateway that has not ended is asked first: the journal says what was meant, the gateway what is."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay resume module-1.0.1-20261125-031500"})
final class ResumeCommand implements Callable<Integer> {
  @Mixin private IdentityOption identity;

  @Parameters(paramLabel = "ROLLOUT", description = "As `backstay rollouts` lists it.")
  private String rollout = "";

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
    return takeOver.goOn(inventory, identity.find(backstay), Optional.empty(), json).status();
  }
}
