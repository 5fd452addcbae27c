package dev.backstay.cli;

import dev.backstay.playbook.Freeze;
import dev.backstay.playbook.Playbook;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Approvals;
import dev.backstay.rollout.Calendar;
import dev.backstay.rollout.Moved;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.PlanText;
import dev.backstay.rollout.Planner;
import dev.backstay.rollout.SavedPlan;
import dev.backstay.rollout.Scope;
import dev.backstay.rollout.SshKeygen;
import dev.backstay.snapshot.Vault;
import dev.backstay.ssh.Connector;
import dev.backstay.transaction.TakeSnapshot;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
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
    WorkingDirectory here = backstay.here().made();
    PlanSource source = PlanSource.read(file, fleet, here);
    Calendar calendar = calendar(here);
    Vault vault = Wiring.vault(here);
    TakeSnapshot snapshots = Wiring.snapshots(vault, identity.find(backstay));
    try (VaultEnd _ = new VaultEnd(vault, spec.commandLine().getErr());
        Connector connector = Wiring.connector()) {
      Person person = Person.of(backstay.surroundings().environment());
      Plan now = source.plan(fleet, connector, Planner.Memory.NONE);
      SavedPlan fresh = source.toKeep(now, person);
      source.saved().ifPresent(saved -> refuseIfMoved(saved, fresh));
      SavedPlan saved = source.saved().orElse(fresh);
      Plan plan = now.withWaves(saved.waves());
      PrintWriter out = spec.commandLine().getOut();
      if (!json) {
        show(source, saved, out);
      }
      if (saved.nothingToDo()) {
        return ExitCode.DONE.status();
      }
      requireApproval(source.playbook(), saved, here);
      if (!yes && !RolloutRun.agreed("Change %d gateways?".formatted(plan.size()))) {
        out.println("Nothing was changed.");
        return ExitCode.ERROR.status();
      }
      return new RolloutRun(here, person, out, json)
          .begin(
              Scope.of(plan),
              saved,
              new RolloutRun.Means(calendar, Optional.empty(), connector, snapshots))
          .status();
    }
  }

  private static void refuseIfMoved(SavedPlan saved, SavedPlan fresh) {
    List<Problem> moved = Moved.between(saved, fresh);
    if (!moved.isEmpty()) {
      throw new ProblemException(moved);
    }
  }

  private static void show(PlanSource source, SavedPlan saved, PrintWriter out) {
    out.print(PlanText.of(saved));
    if (source.fileWasEdited()) {
      out.println(
          "Note: %s was edited after this plan was made; the plan's own copy is carried out."
              .formatted(source.text().file()));
    }
    out.flush();
  }

  private void requireApproval(Playbook playbook, SavedPlan saved, WorkingDirectory here) {
    if (playbook.approval().people() > 0 && !file.toString().endsWith(".json")) {
      throw new ProblemException(
          "not-approved",
          file.toString(),
          "this playbook needs the approval of %d people, and they approve a plan"
              .formatted(playbook.approval().people()),
          "backstay plan %s, backstay approve PLAN, then backstay apply PLAN".formatted(file));
    }
    new Approvals(file, new SshKeygen(here.approvers()))
        .require(saved, playbook.approval(), Instant.now());
  }

  /** Asked for by name, a freeze is passed over, now and at every later wave. */
  private Calendar calendar(WorkingDirectory here) {
    Calendar calendar = here.calendar();
    Instant now = Instant.now();
    Optional<Freeze> freeze = calendar.during(now, now.plusSeconds(1));
    if (freeze.isPresent() && duringFreeze.isEmpty()) {
      throw new ProblemException(
          "frozen",
          "freezes.yaml",
          "nothing is changed until %s: %s".formatted(freeze.get().to(), freeze.get().reason()),
          "wait, or say why this cannot: --during-freeze REASON");
    }
    return duringFreeze.isPresent() ? Calendar.OPEN : calendar;
  }
}
