package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.RolloutState;
import dev.backstay.snapshot.EvidenceRetention;
import dev.backstay.snapshot.Pruned;
import dev.backstay.snapshot.Retention;
import dev.backstay.snapshot.Snapshot;
import dev.backstay.snapshot.Vault;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "prune",
    description = {
      "Remove old snapshots. A snapshot stays if one of the rules keeps it; the newest one of each"
          + " gateway always stays, and so do those of rollouts that have not ended.",
      "The history is written anew; the ids of commits that stay still find them.",
      "Days, weeks and months are UTC's, and only those count that have a snapshot."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  backstay snapshot prune --keep-last 5 --keep-daily 14 --keep-monthly 12 --dry-run"
    })
final class PruneCommand implements Callable<Integer> {
  @Option(names = "--keep-last", paramLabel = "N", description = "The newest N of each gateway.")
  private int last;

  @Option(names = "--keep-daily", paramLabel = "D", description = "One of each of D days.")
  private int daily;

  @Option(names = "--keep-weekly", paramLabel = "W", description = "One of each of W weeks.")
  private int weekly;

  @Option(names = "--keep-monthly", paramLabel = "M", description = "One of each of M months.")
  private int monthly;

  @Option(
      names = "--keep-evidence",
      paramLabel = "N",
      description =
          "The evidence of the newest N rollouts that have some, and of those that have not ended."
              + " Default: all.")
  private Optional<Integer> evidence = Optional.empty();

  @Option(names = "--dry-run", description = "Tell what would go, and change nothing.")
  private boolean dryRun;

  @ParentCommand private SnapshotCommand snapshot;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Retention retention = new Retention(last, daily, weekly, monthly);
    WorkingDirectory here = snapshot.here();
    Vault vault = snapshot.vault();
    EvidenceRetention keep =
        evidence
            .map(newest -> new EvidenceRetention(newest, open(here)))
            .orElse(EvidenceRetention.ALL);
    Pruned pruned = vault.prune(retention, held(here), keep, dryRun);
    PrintWriter out = spec.commandLine().getOut();
    tell(pruned, out);
    boolean removed = !pruned.removed().isEmpty() || !pruned.evidence().isEmpty();
    if (!dryRun && removed) {
      new VaultEnd(vault, spec.commandLine().getErr()).close();
      // After the push: as long as the remote has the old history, Git holds it here as well.
      vault.dropPruned();
    }
    return ExitCode.DONE.status();
  }

  private void tell(Pruned pruned, PrintWriter out) {
    Map<String, Long> kept = count(pruned.kept());
    Map<String, Long> removed = count(pruned.removed());
    kept.forEach((gateway, stay) ->
        out.println(
            "%-12s %5d stay  %5d %s"
                .formatted(
                    gateway,
                    stay,
                    removed.getOrDefault(gateway, 0L),
                    dryRun ? "would go" : "gone")));
    pruned
        .evidence()
        .forEach(rollout ->
            out.println("evidence of %s %s".formatted(rollout, dryRun ? "would go" : "gone")));
    if (pruned.removed().isEmpty() && pruned.evidence().isEmpty()) {
      out.println("Nothing to remove.");
    } else if (dryRun) {
      out.println("Nothing was changed (--dry-run).");
    } else {
      out.println("The history is written anew, up to commit " + pruned.commit().substring(0, 10));
    }
    out.flush();
  }

  private static Map<String, Long> count(List<Snapshot> snapshots) {
    return snapshots.stream()
        .collect(Collectors.groupingBy(Snapshot::gateway, TreeMap::new, Collectors.counting()));
  }

  /** Rollouts that have not ended, or of which that is not known. */
  private static Set<String> open(WorkingDirectory here) {
    Set<String> open = new HashSet<>();
    for (String id : here.rollouts()) {
      try {
        if (RolloutState.fold(Journal.read(here.journal(id))).end().isEmpty()) {
          open.add(id);
        }
      } catch (ProblemException unreadable) {
        open.add(id);
      }
    }
    return open;
  }

  /**
   * The snapshots that rollouts without an end may still be taken back to.
   *
   * @throws ProblemException if a journal cannot be read: then nobody knows what it needs
   */
  private static List<String> held(WorkingDirectory here) {
    List<String> commits = new ArrayList<>();
    EachOf.run(
        here.rollouts(),
        id -> {
          RolloutState state = RolloutState.fold(Journal.read(here.journal(id)));
          if (state.end().isEmpty()) {
            state.gateways().values().stream()
                .flatMap(gateway -> gateway.fact("snapshot", "commit").stream())
                .forEach(commits::add);
          }
        });
    return commits;
  }
}
