package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.Inventory;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.Planner;
import dev.backstay.snapshot.Vault;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import dev.backstay.transaction.TakeSnapshot;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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
    description = "Carry out a playbook: plan, show, ask, then change the gateways wave by wave.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay apply playbooks/module-1.0.1.yaml"})
final class ApplyCommand implements Callable<Integer> {
  @Mixin private FleetOptions fleet;

  @Mixin private IdentityOption identity;

  @Parameters(paramLabel = "PLAYBOOK")
  private Path file = Path.of("");

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(names = "--json", description = "Print the journal as JSON lines, nothing else.")
  private boolean json;

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    WorkingDirectory here = backstay.here().made();
    Playbook playbook = PlaybookReader.read(file);
    Inventory inventory = fleet.inventory(here);
    List<Gateway> gateways = fleet.select(inventory, playbook);
    Vault vault = Wiring.vault(here);
    TakeSnapshot snapshots = Wiring.snapshots(vault, identity.find(backstay));
    try (VaultEnd _ = new VaultEnd(vault, spec.commandLine().getErr());
        Connector connector = Wiring.connector()) {
      Plan plan = new Planner(connector, Time.real()).plan(playbook, gateways);
      PrintWriter out = spec.commandLine().getOut();
      if (!json) {
        out.print(plan.text());
        out.flush();
      }
      if (plan.nothingToDo()) {
        return ExitCode.DONE.status();
      }
      RolloutRun run = new RolloutRun(here, out, json);
      int gatewaysToChange = plan.waves().stream().mapToInt(List::size).sum();
      if (!yes && !RolloutRun.agreed("Change %d gateways?".formatted(gatewaysToChange))) {
        out.println("Nothing was changed.");
        return ExitCode.ERROR.status();
      }
      return ExitCode.of(run.run(plan, playbook, gateways, Optional.empty(), connector, snapshots))
          .status();
    }
  }
}
