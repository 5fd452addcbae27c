package dev.backstay.cli;

import dev.backstay.rollout.Plan;
import dev.backstay.rollout.PlanFile;
import dev.backstay.rollout.PlanText;
import dev.backstay.rollout.SavedPlan;
import dev.backstay.ssh.Connector;
import java.io.PrintWriter;
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
    name = "plan",
    description = {
      "Ask the gateways what a playbook would change, and keep the answer as a plan.",
      "Changes nothing on any gateway."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit status 2 when there is something to do.",
      "",
      "Example:",
      "  backstay plan playbooks/module-1.0.1.yaml",
      "  backstay apply plans/module-1.0.1-20261125-031500.json"
    })
final class PlanCommand implements Callable<Integer> {
  @Mixin private FleetOptions fleet;

  @Parameters(paramLabel = "PLAYBOOK")
  private Path file = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the plan goes. Default: plans/, named by playbook and time.")
  private Optional<Path> output = Optional.empty();

  @Option(names = "--json", description = "Print the plan as JSON, nothing else.")
  private boolean json;

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PlanSource source = PlanSource.read(file, fleet, backstay.here());
    PrintWriter out = spec.commandLine().getOut();
    try (Connector connector = Wiring.connector()) {
      Plan plan = source.plan(fleet, connector);
      SavedPlan saved = source.toKeep(plan, Person.of(backstay.surroundings().environment()));
      if (json) {
        out.println(PlanFile.json(saved));
      } else {
        out.print(PlanText.of(saved));
      }
      if (saved.nothingToDo()) {
        return ExitCode.DONE.status();
      }
      keep(saved, out);
      return ExitCode.CHANGES_PENDING.status();
    }
  }

  private void keep(SavedPlan saved, PrintWriter out) {
    Path place = output.orElseGet(() -> backstay.here().plan(saved.id()));
    PlanFile.write(place, saved);
    if (!json) {
      Path shown = output.orElseGet(() -> backstay.here().path().relativize(place));
      out.println("Kept as %s (hash %.12s…)".formatted(shown, PlanFile.hash(saved)));
      out.println("  backstay apply " + shown);
    }
  }
}
