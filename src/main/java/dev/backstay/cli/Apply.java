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
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.Vault;
import dev.backstay.ssh.Connector;
import dev.backstay.transaction.ProvisionedProbes;
import dev.backstay.transaction.TakeSnapshot;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Carries out plans and playbooks: planned, shown and asked for first. */
record Apply(
    Main backstay,
    FleetOptions fleet,
    IdentityOption identity,
    Manner manner,
    PrintWriter out,
    PrintWriter err) {

  /**
   * How it is done.
   *
   * @param yes nobody is asked
   * @param json the journal is printed, nothing else
   * @param duringFreeze why a freeze is passed over; empty if it is not
   */
  record Manner(boolean yes, boolean json, Optional<String> duringFreeze) {}

  /**
   * @param file a plan or a playbook
   * @throws ProblemException before anything was changed
   */
  ExitCode carryOut(Path file) {
    WorkingDirectory here = backstay.here().made();
    return carryOut(PlanSource.read(file, fleet, here), file);
  }

  /**
   * @param file by which the source is called
   * @throws ProblemException before anything was changed
   */
  ExitCode carryOut(PlanSource source, Path file) {
    WorkingDirectory here = backstay.here().made();
    Calendar calendar = calendar(here);
    Vault vault = Wiring.vault(here);
    Optional<Identity> key = identity.find(backstay);
    TakeSnapshot snapshots = Wiring.snapshots(vault, key);
    ProvisionedProbes probes = Wiring.probes(here, key);
    source.requireProbes(fleet, probes);
    try (VaultEnd _ = new VaultEnd(vault, err);
        Connector connector = Wiring.connector()) {
      Person person = Person.of(backstay.surroundings().environment());
      Plan now = source.plan(fleet, connector, Planner.Memory.NONE, probes);
      SavedPlan fresh = source.toKeep(now, person);
      source.saved().ifPresent(saved -> refuseIfMoved(saved, fresh));
      SavedPlan saved = source.saved().orElse(fresh);
      Plan plan = now.inWavesOf(saved);
      if (!manner.json()) {
        show(source, saved);
      }
      if (saved.nothingToDo()) {
        return ExitCode.DONE;
      }
      requireApproval(file, source.playbook(), saved, here);
      if (!manner.yes()
          && !RolloutRun.agreed("Change %s?".formatted(Counted.of(plan.size(), "gateway")))) {
        out.println("Nothing was changed.");
        return ExitCode.ERROR;
      }
      return new RolloutRun(here, person, out, manner.json())
          .begin(
              Scope.of(plan),
              saved,
              new RolloutRun.Means(calendar, Optional.empty(), connector, snapshots, probes));
    }
  }

  private static void refuseIfMoved(SavedPlan saved, SavedPlan fresh) {
    List<Problem> moved = Moved.between(saved, fresh);
    if (!moved.isEmpty()) {
      throw new ProblemException(moved);
    }
  }

  private void show(PlanSource source, SavedPlan saved) {
    out.print(PlanText.of(saved));
    if (source.fileWasEdited()) {
      out.println(
          "Note: %s was edited after this plan was made; the plan's own copy is carried out."
              .formatted(source.text().file()));
    }
    out.flush();
  }

  private static void requireApproval(
      Path file, Playbook playbook, SavedPlan saved, WorkingDirectory here) {
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
    if (freeze.isPresent() && manner.duringFreeze().isEmpty()) {
      throw new ProblemException(
          "frozen",
          "freezes.yaml",
          "nothing is changed until %s: %s".formatted(freeze.get().to(), freeze.get().reason()),
          "wait, or say why this cannot: --during-freeze REASON");
    }
    return manner.duringFreeze().isPresent() ? Calendar.OPEN : calendar;
  }
}
