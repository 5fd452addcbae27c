package dev.backstay.cli;

import dev.backstay.process.MemoryLock;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.PlanFile;
import dev.backstay.rollout.PlanText;
import dev.backstay.rollout.Planner;
import dev.backstay.rollout.SavedPlan;
import dev.backstay.snapshot.Identity;
import dev.backstay.ssh.Connector;
import dev.backstay.transaction.ProvisionedProbes;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
      "Changes nothing on any gateway. What they tell is kept, and --known plans with it."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit status 2 when there is something to do.",
      "",
      "Example:",
      "  backstay plan playbooks/module-1.0.1.yaml",
      "  backstay plan playbooks/module-1.0.1.yaml --known 1h",
      "  backstay apply plans/module-1.0.1-20261125-031500.json"
    })
final class PlanCommand implements Callable<Integer> {
  @Mixin private FleetOptions fleet;

  @Mixin private IdentityOption identity;

  @Parameters(paramLabel = "PLAYBOOK")
  private Path file = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the plan goes. Default: plans/, named by playbook and time.")
  private Optional<Path> output = Optional.empty();

  @Option(
      names = "--known",
      paramLabel = "AGE",
      description = {
        "Ask only the gateways that told nothing within this time (90s, 5m, 1h).",
        "The plan says how old the rest is; apply asks all of them again."
      })
  private Optional<String> known = Optional.empty();

  @Option(names = "--json", description = "Print the plan as JSON, nothing else.")
  private boolean json;

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PlanSource source = PlanSource.read(file, fleet, backstay.here());
    ProvisionedProbes probes = Wiring.probes(backstay.here(), identity(source));
    source.requireProbes(fleet, probes);
    PrintWriter out = spec.commandLine().getOut();
    try (Connector connector = Wiring.connector()) {
      Notes notes = notes();
      Plan plan = source.plan(fleet, connector, notes, probes);
      notes.keep();
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

  /** Nothing else of a plan is secret, so nobody is asked for a passphrase in vain. */
  private Optional<Identity> identity(PlanSource source) {
    if (!source.playbook().gates().probe()) {
      return Optional.empty();
    }
    MemoryLock.take();
    return identity.find(backstay);
  }

  /** Kept only where the folder for it belongs: a plan may be made anywhere. */
  private Notes notes() {
    WorkingDirectory here = backstay.here();
    if (!Files.isDirectory(here.hidden())) {
      return new Notes(Planner.Memory.NONE);
    }
    // A rollout of ours has changed what they told before it.
    Instant rollout = here.lastRolloutLine().orElse(Instant.MIN);
    Instant since =
        known
            .map(age -> Instant.now().minus(age(age)))
            .map(begin -> begin.isBefore(rollout) ? rollout : begin)
            .orElse(Instant.MAX);
    return new Notes(Planner.Memory.of(here.knownFacts(), since));
  }

  private static Duration age(String text) {
    return Span.of("not-an-age", "--known", text);
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
