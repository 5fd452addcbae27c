package dev.backstay.cli;

import dev.backstay.change.Restoration;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.inventory.Gateway;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Calendar;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.Planner;
import dev.backstay.rollout.RestorePlan;
import dev.backstay.rollout.RestorePlan.Part;
import dev.backstay.rollout.SavedPlan;
import dev.backstay.rollout.Scope;
import dev.backstay.snapshot.Capture;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.Reason;
import dev.backstay.snapshot.Vault;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import dev.backstay.transaction.Restore;
import dev.backstay.transaction.TakeSnapshot;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "restore",
    description = {
      "Bring a gateway back to a snapshot: show what differs, ask, then change it like any other",
      "change, under a lease. The gateway takes the restore back by itself if it goes wrong.",
      "What the gateway has and the snapshot does not is left alone."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  backstay snapshot restore gw1",
      "  backstay snapshot restore gw1 --at 2026-11-20 --only keys",
      "  backstay snapshot restore gw1 --to gw1-new"
    })
final class RestoreCommand implements Callable<Integer> {
  @Mixin private FleetOptions fleet;

  @Mixin private IdentityOption identity;

  @Parameters(index = "0", paramLabel = "GATEWAY", description = "Whose snapshot.")
  private String gateway = "";

  @Option(
      names = "--at",
      paramLabel = "COMMIT|TIME",
      description = {
        "Which snapshot: a commit, or the newest one at a time (2026-11-20, 2026-11-20T18:30,",
        "2026-11-20T18:30:00Z). Default: the newest."
      })
  private Optional<String> at = Optional.empty();

  @Option(
      names = "--only",
      paramLabel = "PART",
      description = {
        "keys: into the configuration that the gateway has now. config: with the keys that it has now.",
        "packages: their versions. Default: all three."
      })
  private Optional<String> only = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "GATEWAY",
      description = "Another gateway of the inventory, such as the machine that replaces it.")
  private Optional<String> to = Optional.empty();

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @ParentCommand private SnapshotCommand snapshot;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    WorkingDirectory here = snapshot.here();
    Vault vault = snapshot.vault();
    Identity key = identity.require(snapshot.backstay());
    Gateway target = fleet.select(fleet.inventory(here), List.of(to.orElse(gateway))).getFirst();
    String commit =
        at.map(when -> Moments.commit(vault, gateway, when))
            .orElseGet(() -> vault.latest(gateway, Optional.empty()));
    Set<Part> parts = only.map(RestoreCommand::part).orElse(EnumSet.allOf(Part.class));
    TakeSnapshot snapshots = Wiring.snapshots(vault, Optional.of(key));
    PrintWriter out = spec.commandLine().getOut();
    try (VaultEnd _ = new VaultEnd(vault, spec.commandLine().getErr());
        Connector connector = Wiring.connector();
        Capture saved = vault.read(commit, gateway, key);
        Capture live = live(target, connector, snapshots);
        RestorePlan plan = RestorePlan.between(target, commit, saved, live, parts)) {
      out.println(
          "Restore %s from snapshot %s of %s, taken %s"
              .formatted(target.name(), commit.substring(0, 10), gateway, saved.takenAt()));
      show(plan, live, out);
      if (plan.nothingToDo()) {
        out.println("Nothing to do: %s is as in that snapshot.".formatted(target.name()));
        return ExitCode.DONE.status();
      }
      out.flush();
      if (!yes && !RolloutRun.agreed("Change %s?".formatted(target.name()))) {
        out.println("Nothing was changed.");
        return ExitCode.ERROR.status();
      }
      for (RestorePlan.Step step : plan.steps()) {
        ExitCode end = carryOut(step, target, connector, snapshots);
        if (end != ExitCode.DONE) {
          return end.status();
        }
      }
      return readBack(
          plan, target, connector, snapshots, "after restoring " + commit.substring(0, 10));
    }
  }

  private static Set<Part> part(String word) {
    for (Part part : Part.values()) {
      if (part.name().equalsIgnoreCase(word)) {
        return EnumSet.of(part);
      }
    }
    throw new ProblemException(
        "unknown-part",
        "--only",
        "\"%s\" is no part of a snapshot".formatted(word),
        "keys, config or packages");
  }

  private static Capture live(Gateway target, Connector connector, TakeSnapshot snapshots) {
    return snapshots.capture(new GatewayPrograms(connector.shared(target.target())));
  }

  private ExitCode carryOut(
      RestorePlan.Step step, Gateway target, Connector connector, TakeSnapshot snapshots) {
    Planner planner = new Planner(connector, step.restore().map(Restore::restoration), Time.real());
    Plan plan = planner.plan(step.playbook(), List.of(target));
    WorkingDirectory here = snapshot.here();
    Person person = Person.of(snapshot.backstay().surroundings().environment());
    SavedPlan saved =
        SavedPlan.of(
            plan,
            new SavedPlan.Source(step.playbook().source(), "", ""),
            new SavedPlan.Source(fleet.inventory(here).source(), "", ""),
            person.toString(),
            Time.real().clock().instant());
    ExitCode end =
        new RolloutRun(here, person, spec.commandLine().getOut(), false)
            .begin(
                Scope.of(plan),
                saved,
                new RolloutRun.Means(
                    Calendar.OPEN,
                    step.restore(),
                    connector,
                    snapshots,
                    Wiring.probes(here, Optional.empty())));
    if (end == ExitCode.DONE && step.restore().isPresent()) {
      // Nothing of this rollout can still be taken back, so the old keys need not stay.
      new GatewayPrograms(connector.shared(target.target())).forget();
    }
    return end;
  }

  /** Reported is what was read back, not what was sent. */
  private int readBack(
      RestorePlan plan,
      Gateway target,
      Connector connector,
      TakeSnapshot snapshots,
      String reason) {
    PrintWriter out = spec.commandLine().getOut();
    try (Capture now = live(target, connector, snapshots)) {
      List<String> differ = plan.notAsOrdered(now);
      if (!differ.isEmpty()) {
        out.println("Read back, and not as ordered: " + String.join(", ", differ));
        return ExitCode.PERSON_NEEDED.status();
      }
      out.println("Read back: %s is as in that snapshot.".formatted(target.name()));
      // Else the newest snapshot were the one from before: whoever restores again would undo this.
      GatewayPrograms programs = new GatewayPrograms(connector.shared(target.target()));
      out.println("Snapshot: " + snapshots.take(target, programs, Reason.of(reason)).detail());
      return ExitCode.DONE.status();
    }
  }

  private static void show(RestorePlan plan, Capture live, PrintWriter out) {
    plan.packages()
        .forEach((name, apart) ->
            out.println(
                "  package    %s %s → %s"
                    .formatted(name, apart.now().orElse("none"), apart.wanted())));
    plan.restore()
        .ifPresent(restore -> {
          restore
              .restoration()
              .files()
              .forEach(file ->
                  out.println(
                      "  %-10s /%s"
                          .formatted(
                              live.files().containsKey(file.path()) ? "replace" : "add",
                              file.path())));
          for (Restoration.Restart restart : restore.restoration().restarts()) {
            String now = live.facts().publicKeys().getOrDefault(restart.name(), "");
            out.println("  restart    %s, %s".formatted(restart.name(), keySentence(restart, now)));
          }
          restore
              .left()
              .forEach(path -> out.println("  leave      /%s (not in it)".formatted(path)));
        });
  }

  private static String keySentence(Restoration.Restart restart, String now) {
    if (now.isEmpty()) {
      return "which is not there now; its key is " + restart.publicKey();
    }
    return now.equals(restart.publicKey())
        ? "with the key that it has"
        : "key %s → %s: only clients that know the latter will connect"
            .formatted(now, restart.publicKey());
  }
}
