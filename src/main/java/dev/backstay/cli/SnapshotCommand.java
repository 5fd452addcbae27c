package dev.backstay.cli;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.inventory.Gateway;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.FileChange;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.Snapshot;
import dev.backstay.snapshot.Vault;
import dev.backstay.ssh.Connector;
import dev.backstay.transaction.TakeSnapshot;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
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
    name = "snapshot",
    description = "Take snapshots of gateways, and look at those there are.",
    mixinStandardHelpOptions = true,
    subcommands = {
      SnapshotCommand.CreateCommand.class,
      SnapshotCommand.ListCommand.class,
      SnapshotCommand.ShowCommand.class,
      SnapshotCommand.DiffCommand.class,
      SnapshotCommand.VerifyCommand.class
    })
final class SnapshotCommand {
  @ParentCommand private Main backstay;

  private Vault vault() {
    return Wiring.vault(backstay.here().made());
  }

  @Command(name = "list", description = "Newest first.", mixinStandardHelpOptions = true)
  static final class ListCommand implements Callable<Integer> {
    @ParentCommand private SnapshotCommand snapshot;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      for (Snapshot snapshot : snapshot.vault().list()) {
        out.println(
            "%s  %s  %-12s %s"
                .formatted(
                    snapshot.commit().substring(0, 10),
                    snapshot.savedAt(),
                    snapshot.gateway(),
                    snapshot.reason()));
      }
      return ExitCode.DONE.status();
    }
  }

  @Command(
      name = "show",
      description = "The manifest of one snapshot: what it holds, without secrets.",
      mixinStandardHelpOptions = true)
  static final class ShowCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "GATEWAY")
    private String gateway = "";

    @Parameters(index = "1", paramLabel = "COMMIT")
    private String commit = "";

    @ParentCommand private SnapshotCommand snapshot;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      spec.commandLine().getOut().print(snapshot.vault().show(gateway, commit));
      return ExitCode.DONE.status();
    }
  }

  @Command(
      name = "create",
      description =
          "Save the state of gateways, and read back what was saved. Changes nothing on them.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  backstay snapshot create tag:edge -m \"before the holidays\""})
  static final class CreateCommand implements Callable<Integer> {
    @Mixin private FleetOptions fleet;

    @Mixin private IdentityOption identity;

    @Parameters(
        arity = "1..*",
        paramLabel = "SELECT",
        description = "Names, tag:…, group:…, site:…")
    private List<String> select = new ArrayList<>();

    @Option(
        names = {"-m", "--reason"},
        paramLabel = "TEXT",
        description = "Why, on one line; everybody who sees the repository can read it.")
    private String reason = "by hand";

    @ParentCommand private SnapshotCommand snapshot;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      WorkingDirectory here = snapshot.backstay.here().made();
      List<Gateway> gateways = fleet.select(fleet.inventory(here), select);
      TakeSnapshot snapshots = Wiring.snapshots(here, identity.find(snapshot.backstay));
      try (Connector connector = Wiring.connector()) {
        EachOf.run(gateways, gateway -> say(gateway.name(), take(gateway, connector, snapshots)));
      }
      return ExitCode.DONE.status();
    }

    private String take(Gateway gateway, Connector connector, TakeSnapshot snapshots) {
      GatewayPrograms programs = new GatewayPrograms(connector.shared(gateway.target()));
      Facts facts = programs.facts(Set.of());
      return snapshots.take(gateway.name(), programs, facts, reason).detail();
    }

    private void say(String gateway, String what) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("%-12s %s".formatted(gateway, what));
      out.flush();
    }
  }

  @Command(
      name = "diff",
      description = "Which files of a gateway differ between two snapshots; never how.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  backstay snapshot diff gw1 7a054225f3 main"})
  static final class DiffCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "GATEWAY")
    private String gateway = "";

    @Parameters(index = "1", paramLabel = "FROM", description = "A commit.")
    private String from = "";

    @Parameters(
        index = "2",
        arity = "0..1",
        paramLabel = "TO",
        defaultValue = "main",
        description = "A commit. Default: ${DEFAULT-VALUE}.")
    private String to = "";

    @ParentCommand private SnapshotCommand snapshot;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      for (FileChange change : snapshot.vault().diff(from, to, gateway)) {
        out.println(
            "%-12s %7d → %7d  %s"
                .formatted(word(change.kind()), change.before(), change.after(), change.path()));
      }
      return ExitCode.DONE.status();
    }

    private static String word(FileChange.Kind kind) {
      return switch (kind) {
        case ADDED -> "added";
        case REMOVED -> "removed";
        case CHANGED -> "changed";
        case REENCRYPTED -> "reencrypted";
        case INCOMPARABLE -> "unknown";
      };
    }
  }

  @Command(
      name = "verify",
      description = {
        "Read the newest snapshot of each gateway back: signatures, every object, every file.",
        "With an identity every file is decrypted and compared with what was saved."
      },
      mixinStandardHelpOptions = true)
  static final class VerifyCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "GATEWAY", description = "Default: all.")
    private List<String> gateways = new ArrayList<>();

    @Option(names = "--every", description = "Not only the newest ones.")
    private boolean every;

    @Mixin private IdentityOption identity;

    @ParentCommand private SnapshotCommand snapshot;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      Vault vault = snapshot.vault();
      Optional<Identity> key = identity.find(snapshot.backstay);
      PrintWriter out = spec.commandLine().getOut();
      EachOf.run(
          chosen(vault.list()),
          one -> {
            String proof = vault.verify(one.commit(), one.gateway(), key).proof();
            out.println(
                "%-12s %s  %s".formatted(one.gateway(), one.commit().substring(0, 10), proof));
            out.flush();
          });
      return ExitCode.DONE.status();
    }

    private List<Snapshot> chosen(List<Snapshot> newestFirst) {
      Set<String> seen = new HashSet<>();
      List<Snapshot> chosen =
          newestFirst.stream()
              .filter(one -> gateways.isEmpty() || gateways.contains(one.gateway()))
              .filter(one -> seen.add(one.gateway()) || every)
              .toList();
      List<Problem> unknown =
          gateways.stream()
              .filter(name -> !seen.contains(name))
              .map(name ->
                  new Problem(
                      "snapshot-unknown",
                      name,
                      "there is no snapshot of this gateway",
                      "backstay snapshot list shows those that exist"))
              .toList();
      if (!unknown.isEmpty()) {
        throw new ProblemException(unknown);
      }
      return chosen;
    }
  }
}
