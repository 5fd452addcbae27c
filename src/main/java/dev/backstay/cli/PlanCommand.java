package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.Inventory;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.Planner;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "plan",
    description = "Show what a playbook would change. Changes nothing.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit status 2 when there is something to do.",
      "",
      "Example:",
      "  backstay plan playbooks/module-1.0.1.yaml"
    })
final class PlanCommand implements Callable<Integer> {
  @Mixin private FleetOptions fleet;

  @Parameters(paramLabel = "PLAYBOOK")
  private Path file = Path.of("");

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Playbook playbook = PlaybookReader.read(file);
    Inventory inventory = fleet.inventory(backstay.here());
    List<Gateway> gateways = fleet.select(inventory, playbook);
    try (Connector connector = Wiring.connector()) {
      Plan plan = new Planner(connector, Time.real()).plan(playbook, gateways);
      spec.commandLine().getOut().print(plan.text());
      return (plan.nothingToDo() ? ExitCode.DONE : ExitCode.CHANGES_PENDING).status();
    }
  }
}
