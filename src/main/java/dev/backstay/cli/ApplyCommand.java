package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.Inventory;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.Planner;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.RolloutState;
import dev.backstay.ssh.Connector;
import dev.backstay.transaction.TakeSnapshot;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
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
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

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
    TakeSnapshot snapshots = Wiring.snapshots(here, identity.find(backstay));
    try (Connector connector = Wiring.connector()) {
      Plan plan = new Planner(connector).plan(playbook, gateways);
      PrintWriter out = spec.commandLine().getOut();
      if (!json) {
        out.print(plan.text());
        out.flush();
      }
      if (plan.nothingToDo()) {
        return ExitCode.DONE.status();
      }
      if (!yes && !agreed(plan)) {
        out.println("Nothing was changed.");
        return ExitCode.ERROR.status();
      }
      return carryOut(here, playbook, gateways, plan, connector, snapshots);
    }
  }

  private int carryOut(
      WorkingDirectory here,
      Playbook playbook,
      List<Gateway> gateways,
      Plan plan,
      Connector connector,
      TakeSnapshot snapshots) {
    Clock clock = Clock.systemUTC();
    String id = playbook.name() + "-" + STAMP.format(clock.instant());
    PrintWriter out = spec.commandLine().getOut();
    try (View view = View.on(out, json);
        Journal journal = Journal.create(here.journal(id), clock, view::written)) {
      Result result =
          Wiring.rollout(id, plan, playbook, gateways, journal, connector, snapshots, view).run();
      view.close();
      if (!json) {
        out.println("Rollout " + id + ": " + result.words() + ".");
        RolloutState.fold(journal.lines())
            .end()
            .filter(end -> result != Result.DONE)
            .ifPresent(end -> out.println("  " + end.reason()));
        out.println("  backstay report " + id);
      }
      return ExitCode.of(result).status();
    }
  }

  private static boolean agreed(Plan plan) {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw new ProblemException(
          "nobody-to-ask",
          "",
          "there is no terminal to ask on",
          "pass --yes if the plan is what you want; backstay plan shows it");
    }
    String answer =
        console.readLine(
            "Change %d gateways? Type yes to go on: ",
            plan.waves().stream().mapToInt(List::size).sum());
    return "yes".equals(answer);
  }
}
