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
    name = "apply",
    description = {
      "Carry out a plan, or a playbook: then plan, show and ask first.",
      "A saved plan is refused if a fact that it rests on is another now."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Ctrl-C once finishes open leases and begins nothing more; twice leaves at once, and the gateways revert.",
      "",
      "Example:",
      "  backstay apply playbooks/module-1.0.1.yaml",
      "  backstay apply plans/module-1.0.1-20261125-031500.json"
    })
final class ApplyCommand implements Callable<Integer> {
  @Mixin private FleetOptions fleet;

  @Mixin private IdentityOption identity;

  @Parameters(paramLabel = "PLAN|PLAYBOOK")
  private Path file = Path.of("");

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(names = "--json", description = "Print the journal as JSON lines, nothing else.")
  private boolean json;

  @Option(
      names = "--during-freeze",
      paramLabel = "REASON",
      description = "Go on although freezes.yaml says not to. The reason is kept.")
  private Optional<String> duringFreeze = Optional.empty();

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    return new Apply(
            backstay,
            fleet,
            identity,
            new Apply.Manner(yes, json, duringFreeze),
            spec.commandLine().getOut(),
            spec.commandLine().getErr())
        .carryOut(file)
        .status();
  }
}
