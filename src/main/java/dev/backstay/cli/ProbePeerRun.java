package dev.backstay.cli;

import dev.backstay.inventory.Inventory;
import dev.backstay.rollout.PlanText;
import dev.backstay.rollout.SavedPlan;
import dev.backstay.ssh.Connector;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Shows changes of probe peers, asks once, and carries them out, one gateway after the other. */
record ProbePeerRun(
    Main backstay,
    FleetOptions fleet,
    IdentityOption identity,
    ProbePeerOptions options,
    PrintWriter out,
    PrintWriter err) {

  /** Around the change of one gateway. */
  interface Around {
    /** Before anything of it is changed. */
    void before(ProbePeerChange change);

    /** How it ended. */
    void after(ProbePeerChange change, ExitCode end);
  }

  /**
   * The first that does not succeed ends it: those after it are not begun.
   *
   * @param connector for the plans alone; each rollout has one of its own
   */
  ExitCode run(
      List<ProbePeerChange> changes, Inventory inventory, Connector connector, Around around) {
    if (options.plan() || !options.yes()) {
      List<SavedPlan> pending = pending(changes, inventory, connector);
      if (options.plan()) {
        return pending.isEmpty() ? ExitCode.DONE : ExitCode.CHANGES_PENDING;
      }
      if (!pending.isEmpty()
          && !RolloutRun.agreed("Change %s?".formatted(Counted.of(pending.size(), "gateway")))) {
        out.println("Nothing was changed.");
        return ExitCode.ERROR;
      }
    }
    for (ProbePeerChange change : changes) {
      around.before(change);
      ExitCode end = ExitCode.ERROR;
      try {
        end = change.carryOut(backstay, fleet, identity, inventory, options, out, err);
      } finally {
        around.after(change, end);
      }
      if (end != ExitCode.DONE) {
        return end;
      }
    }
    return ExitCode.DONE;
  }

  /** Plans that would change something; told, whole or what they come to. */
  private List<SavedPlan> pending(
      List<ProbePeerChange> changes, Inventory inventory, Connector connector) {
    Person person = Person.of(backstay.surroundings().environment());
    List<SavedPlan> pending = new ArrayList<>();
    EachOf.atOnce(
        changes,
        change -> change.plan(fleet, inventory, connector, person),
        (_, plan) -> {
          if (options.plan()) {
            out.print(PlanText.of(plan));
          } else if (!plan.nothingToDo() && !options.json()) {
            plan.gateways().forEach(one -> out.println(one.name() + "  " + one.what()));
          }
          if (!plan.nothingToDo()) {
            pending.add(plan);
          }
        });
    out.flush();
    return pending;
  }
}
