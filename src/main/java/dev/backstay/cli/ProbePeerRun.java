package dev.backstay.cli;

import dev.backstay.inventory.Inventory;
import dev.backstay.rollout.SavedPlan;
import dev.backstay.ssh.Connector;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.BiConsumer;

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
      boolean pending = show(changes, inventory, connector);
      if (options.plan()) {
        return pending ? ExitCode.CHANGES_PENDING : ExitCode.DONE;
      }
      if (pending
          && !RolloutRun.agreed("Change %s?".formatted(Counted.of(changes.size(), "gateway")))) {
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

  /** Whether anything would change. */
  private boolean show(List<ProbePeerChange> changes, Inventory inventory, Connector connector) {
    Person person = Person.of(backstay.surroundings().environment());
    boolean[] pending = {false};
    BiConsumer<ProbePeerChange, SavedPlan> tell =
        (_, plan) -> {
          pending[0] |= !plan.nothingToDo();
          out.print(ProbePeerChange.text(plan));
        };
    EachOf.atOnce(changes, change -> change.plan(fleet, inventory, connector, person), tell);
    out.flush();
    return pending[0];
  }
}
