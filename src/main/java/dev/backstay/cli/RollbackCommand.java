package dev.backstay.cli;

import dev.backstay.rollout.Event;
import dev.backstay.rollout.OrderWord;
import dev.backstay.rollout.PlanFile;
import dev.backstay.rollout.SavedPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "rollback",
    description = {
      "Take back everything that a rollout has changed, also after it has ended; or go on from it to",
      "the versions that were proved before, by a playbook that is written, planned and shown first."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A gateway that a later rollout has changed keeps only the way back of that one; --to known-good",
      "is for those.",
      "",
      "Example:",
      "  backstay rollback module-1.0.1-20261125-031500",
      "  backstay rollback module-1.0.1-20261125-031500 --to known-good"
    })
final class RollbackCommand implements Callable<Integer> {
  @Mixin private IdentityOption identity;

  @Parameters(paramLabel = "ROLLOUT", description = "As `backstay rollouts` lists it.")
  private String rollout = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Kept in the journal.")
  private String reason = "";

  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "FILE",
      description = "Default: the one that the plan was made with.")
  private Optional<Path> inventory = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "known-good",
      description =
          "Install what was known to be good on each platform before (backstay known-good).")
  private Optional<String> to = Optional.empty();

  @Option(names = "--yes", description = "With --to: do not ask.")
  private boolean yes;

  @Option(names = "--json", description = "Print the journal as JSON lines, nothing else.")
  private boolean json;

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    WorkingDirectory here = backstay.here().made();
    Person person = Person.of(backstay.surroundings().environment());
    if (to.isPresent()) {
      return toKnownGood(here).status();
    }
    TakeOver takeOver =
        new TakeOver(
            here, person, rollout, spec.commandLine().getOut(), spec.commandLine().getErr());
    if (takeOver.told(OrderWord.ROLLBACK, reason)) {
      return ExitCode.DONE.status();
    }
    Event.Ordered order = new Event.Ordered(OrderWord.ROLLBACK, person.toString(), reason);
    return takeOver.goOn(inventory, identity.find(backstay), Optional.of(order), json).status();
  }

  /** A way back, so no freeze holds it up. */
  private ExitCode toKnownGood(WorkingDirectory here) {
    if (!to.equals(Optional.of("known-good"))) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--to goes to known-good, and nowhere else");
    }
    String id = here.known(rollout);
    SavedPlan saved = PlanFile.read(here.rollout(id).plan());
    FleetOptions fleet = FleetOptions.with(inventory.orElse(Path.of(saved.inventory().file())));
    PrintWriter out = spec.commandLine().getOut();
    Apply apply =
        new Apply(
            backstay,
            fleet,
            identity,
            new Apply.Manner(yes, json, Optional.of("back to what is known to be good")),
            out,
            spec.commandLine().getErr());
    for (Path playbook : new ToKnownGood(here, id, saved).playbooks(fleet.inventory(here))) {
      if (!json) {
        out.println("Wrote " + here.path().relativize(playbook));
      }
      ExitCode end = apply.carryOut(playbook);
      if (end != ExitCode.DONE) {
        return end;
      }
    }
    return ExitCode.DONE;
  }
}
