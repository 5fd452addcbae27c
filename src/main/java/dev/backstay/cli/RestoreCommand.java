package dev.backstay.cli;

import dev.backstay.change.Restoration;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Activation;
import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Percent;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.WaveSize;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.Planner;
import dev.backstay.rollout.Result;
import dev.backstay.snapshot.Capture;
import dev.backstay.snapshot.FileChange;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.Vault;
import dev.backstay.ssh.Connector;
import dev.backstay.transaction.Restore;
import dev.backstay.transaction.TakeSnapshot;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
  /** Long enough for three initiations of every client that the gateway calls, with room. */
  private static final Duration WINDOW = Duration.ofSeconds(40);

  /** Healthy up to 0.5 %, broken from 5 %, at most 20 % silent, none stalled. */
  private static final Gates USUAL_GATES =
      new Gates(new Percent(50), new Percent(500), new Percent(2000), new Percent(0));

  /** What goes back. */
  enum Only {
    KEYS,
    CONFIG,
    PACKAGES;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Mixin private FleetOptions fleet;

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
      description = "One of ${COMPLETION-CANDIDATES}. Default: all three.")
  private Optional<Only> only = Optional.empty();

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
    Identity identity =
        Wiring.identity(here)
            .orElseThrow(() ->
                new ProblemException(
                    "no-identity",
                    here.path().toString(),
                    "a snapshot can only be restored by who can decrypt it",
                    "name an identity of one of its recipients"));
    Gateway target = fleet.select(fleet.inventory(here), List.of(to.orElse(gateway))).getFirst();
    String commit =
        at.map(when -> Moments.commit(vault, gateway, when))
            .orElseGet(() -> vault.latest(gateway, Optional.empty()));
    TakeSnapshot snapshots = Wiring.snapshots(here);
    try (Connector connector = Wiring.connector();
        Capture saved = vault.read(commit, gateway, identity)) {
      Job job = new Job(here, vault, target, commit, saved, connector, snapshots);
      return job.run();
    }
  }

  /** One restore, with everything that it needs at hand. */
  private final class Job {
    private final WorkingDirectory here;
    private final Vault vault;
    private final Gateway target;
    private final String commit;
    private final Capture saved;
    private final Connector connector;
    private final TakeSnapshot snapshots;
    private final PrintWriter out = spec.commandLine().getOut();

    Job(
        WorkingDirectory here,
        Vault vault,
        Gateway target,
        String commit,
        Capture saved,
        Connector connector,
        TakeSnapshot snapshots) {
      this.here = here;
      this.vault = vault;
      this.target = target;
      this.commit = commit;
      this.saved = saved;
      this.connector = connector;
      this.snapshots = snapshots;
    }

    int run() {
      Map<String, String> packages;
      Optional<Restore> restore = Optional.empty();
      try (Capture live = live()) {
        packages = wants(Only.PACKAGES) ? differingPackages(live) : Map.of();
        if (wants(Only.KEYS) || wants(Only.CONFIG)) {
          restore = Optional.of(Restore.between(target.name(), commit, saved, live, part()));
        }
        show(packages, restore, live);
      }
      try {
        boolean files = restore.map(r -> !r.restoration().nothingToDo()).orElse(false);
        if (packages.isEmpty() && !files) {
          out.println("Nothing to do: %s is as in that snapshot.".formatted(target.name()));
          return ExitCode.DONE.status();
        }
        out.flush();
        if (!yes && !RolloutRun.agreed("Change %s?".formatted(target.name()))) {
          out.println("Nothing was changed.");
          return ExitCode.ERROR.status();
        }
        Result result = Result.DONE;
        if (!packages.isEmpty()) {
          result = change(playbook("packages", packages, activation(packages)), Optional.empty());
        }
        if (result == Result.DONE && files) {
          result = change(playbook("files", Map.of(), Activation.RESTART_INTERFACE), restore);
          if (result == Result.DONE) {
            new GatewayPrograms(connector.shared(target.target())).forget();
          }
        }
        return result == Result.DONE ? readBack() : ExitCode.of(result).status();
      } finally {
        restore.ifPresent(Restore::close);
      }
    }

    private Capture live() {
      return snapshots.capture(new GatewayPrograms(connector.shared(target.target())));
    }

    private Result change(Playbook playbook, Optional<Restore> restore) {
      Planner planner = new Planner(connector, restore.map(Restore::restoration));
      Plan plan = planner.plan(playbook, List.of(target));
      return new RolloutRun(here, out, false)
          .run(plan, playbook, List.of(target), restore, connector, snapshots);
    }

    private Map<String, String> differingPackages(Capture live) {
      Map<String, String> wanted = new TreeMap<>(saved.facts().packages());
      wanted.entrySet().removeIf(p -> p.getValue().equals(live.facts().packages().get(p.getKey())));
      return wanted;
    }

    private void show(Map<String, String> packages, Optional<Restore> restore, Capture live) {
      out.println(
          "Restore %s from snapshot %s of %s, taken %s"
              .formatted(target.name(), commit.substring(0, 10), gateway, saved.takenAt()));
      packages.forEach((name, version) ->
          out.println(
              "  package    %s %s → %s"
                  .formatted(name, live.facts().packages().getOrDefault(name, "none"), version)));
      restore.ifPresent(r -> showFiles(r, live));
    }

    private void showFiles(Restore restore, Capture live) {
      restore
          .restoration()
          .files()
          .forEach(file ->
              out.println(
                  "  %-10s %s"
                      .formatted(
                          live.files().containsKey(file.path()) ? "replace" : "add",
                          "/" + file.path())));
      for (Restoration.Restart restart : restore.restoration().restarts()) {
        String now = live.facts().publicKeys().getOrDefault(restart.name(), "");
        out.println("  restart    %s, %s".formatted(restart.name(), keySentence(restart, now)));
      }
      restore.left().forEach(path -> out.println("  leave      /%s (not in it)".formatted(path)));
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

    /** Reported is what was read back, not what was sent. */
    private int readBack() {
      try (Capture now = live()) {
        if (only.isPresent()) {
          return partReadBack(now);
        }
        List<String> differ = new ArrayList<>();
        vault.compare(commit, gateway, now).stream()
            .filter(change -> change.path().startsWith("etc/"))
            .filter(change -> change.kind() != FileChange.Kind.ADDED)
            .forEach(change -> differ.add("/" + change.path()));
        saved
            .facts()
            .publicKeys()
            .forEach((name, key) -> {
              if (!key.equals(now.facts().publicKeys().get(name))) {
                differ.add("the key of " + name);
              }
            });
        if (!differ.isEmpty()) {
          out.println("Read back, and not as in the snapshot: " + String.join(", ", differ));
          return ExitCode.PERSON_NEEDED.status();
        }
        out.println(
            "Read back: %d files and %d interfaces are as in snapshot %s."
                .formatted(
                    saved.files().keySet().stream().filter(p -> p.startsWith("etc/")).count(),
                    saved.facts().publicKeys().size(),
                    commit.substring(0, 10)));
        return ExitCode.DONE.status();
      }
    }

    private int partReadBack(Capture now) {
      if (!wants(Only.PACKAGES)) {
        try (Restore rest = Restore.between(target.name(), commit, saved, now, part())) {
          if (!rest.restoration().nothingToDo()) {
            out.println(
                "Read back, and not as ordered: run the command again to see what differs.");
            return ExitCode.PERSON_NEEDED.status();
          }
        }
      } else if (!differingPackages(now).isEmpty()) {
        out.println("Read back, and not as ordered: " + differingPackages(now));
        return ExitCode.PERSON_NEEDED.status();
      }
      out.println("Read back: as ordered.");
      return ExitCode.DONE.status();
    }

    private Playbook playbook(String what, Map<String, String> packages, Activation activation) {
      return new Playbook(
          "backstay snapshot restore",
          "restore-%s-%s".formatted(what, target.name()),
          List.of(target.name()),
          "command line",
          packages,
          activation,
          List.of(new WaveSize.Rest()),
          new Playbook.Observe(Duration.ofSeconds(10), WINDOW, true),
          USUAL_GATES,
          true,
          new Playbook.Lease(Duration.ofSeconds(90), Duration.ofSeconds(60)));
    }
  }

  private boolean wants(Only part) {
    return only.map(part::equals).orElse(true);
  }

  private Restore.Part part() {
    return only.map(part ->
            switch (part) {
              case KEYS -> Restore.Part.KEYS;
              case CONFIG, PACKAGES -> Restore.Part.CONFIG;
            })
        .orElse(Restore.Part.ALL);
  }

  /** A package with a module takes effect when the module is loaded anew. */
  private static Activation activation(Map<String, String> packages) {
    boolean module =
        packages.keySet().stream()
            .anyMatch(name ->
                name.contains("wireguard")
                    && !List.of("wireguard", "wireguard-tools", "wireguard-go").contains(name));
    return module ? Activation.RELOAD_MODULE : Activation.NONE;
  }
}
