package dev.backstay.cli;

import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.inventory.Gateway;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Capture;
import dev.backstay.snapshot.FileChange;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.MaskedDiff;
import dev.backstay.snapshot.Reason;
import dev.backstay.snapshot.Snapshot;
import dev.backstay.snapshot.Vault;
import dev.backstay.ssh.Connector;
import dev.backstay.transaction.TakeSnapshot;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
      SnapshotListCommand.class,
      SnapshotCommand.ShowCommand.class,
      SnapshotCommand.DiffCommand.class,
      SnapshotCommand.VerifyCommand.class,
      RestoreCommand.class,
      PruneCommand.class
    })
final class SnapshotCommand {
  @ParentCommand private Main backstay;

  Main backstay() {
    return backstay;
  }

  WorkingDirectory here() {
    return backstay.here().made();
  }

  Vault vault() {
    return Wiring.vault(here());
  }

  @Command(
      name = "show",
      description = "The manifest of one snapshot: what it holds, without secrets.",
      mixinStandardHelpOptions = true)
  static final class ShowCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "GATEWAY")
    private String gateway = "";

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "COMMIT",
        defaultValue = "main",
        description = "Default: the newest.")
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
      Vault vault = Wiring.vault(here);
      TakeSnapshot snapshots = Wiring.snapshots(vault, identity.find(snapshot.backstay));
      try (VaultEnd _ = new VaultEnd(vault, spec.commandLine().getErr());
          Connector connector = Wiring.connector()) {
        EachOf.run(gateways, gateway -> say(gateway.name(), take(gateway, connector, snapshots)));
      }
      return ExitCode.DONE.status();
    }

    private String take(Gateway gateway, Connector connector, TakeSnapshot snapshots) {
      GatewayPrograms programs = new GatewayPrograms(connector.shared(gateway.target()));
      return snapshots.take(gateway, programs, Reason.of(reason)).detail();
    }

    private void say(String gateway, String what) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("%-12s %s".formatted(gateway, what));
      out.flush();
    }
  }

  @Command(
      name = "diff",
      description = {
        "Which files of a gateway differ between two snapshots, or between one and the gateway now.",
        "With --lines also how, with every secret hidden."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  backstay snapshot diff gw1 7a054225f3",
        "  backstay snapshot diff gw1 --live --lines"
      })
  static final class DiffCommand implements Callable<Integer> {
    @Mixin private FleetOptions fleet;

    @Mixin private IdentityOption identity;

    @Parameters(index = "0", paramLabel = "GATEWAY")
    private String gateway = "";

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "FROM",
        defaultValue = "main",
        description = "A commit or a time. Default: the newest snapshot.")
    private String from = "";

    @Parameters(
        index = "2",
        arity = "0..1",
        paramLabel = "TO",
        defaultValue = "main",
        description = "Likewise.")
    private String to = "";

    @Option(names = "--live", description = "Compare with the gateway as it is now, instead of TO.")
    private boolean live;

    @Option(
        names = "--lines",
        description = "Show lines. Equal secrets have equal tags. Needs an identity.")
    private boolean lines;

    @ParentCommand private SnapshotCommand snapshot;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      Vault vault = snapshot.vault();
      String first = Moments.commit(vault, gateway, from);
      Optional<Identity> key =
          lines ? Optional.of(identity.require(snapshot.backstay)) : Optional.empty();
      if (!live) {
        String second = Moments.commit(vault, gateway, to);
        print(vault.diff(first, second, gateway));
        if (key.isPresent()) {
          try (Capture after = vault.read(second, gateway, key.get())) {
            print(vault, first, after, key.get());
          }
        }
        return ExitCode.DONE.status();
      }
      WorkingDirectory here = snapshot.here();
      Gateway now = fleet.select(fleet.inventory(here), List.of(gateway)).getFirst();
      try (Connector connector = Wiring.connector();
          Capture after =
              Wiring.snapshots(vault, Optional.empty())
                  .capture(new GatewayPrograms(connector.shared(now.target())))) {
        print(vault.compare(first, gateway, after));
        if (key.isPresent()) {
          print(vault, first, after, key.get());
        }
      }
      return ExitCode.DONE.status();
    }

    private void print(Vault vault, String first, Capture after, Identity key) {
      try (Capture before = vault.read(first, gateway, key)) {
        PrintWriter out = spec.commandLine().getOut();
        MaskedDiff.between(before, after, new SecureRandom()).forEach(out::println);
      }
    }

    private void print(List<FileChange> changes) {
      PrintWriter out = spec.commandLine().getOut();
      for (FileChange change : changes) {
        out.println(
            "%-12s %7d → %7d  %s"
                .formatted(word(change.kind()), change.before(), change.after(), change.path()));
      }
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
        "Look through the whole history: signatures, every commit, every manifest; then read the"
            + " newest snapshot of each gateway back, every file.",
        "With an identity every file is decrypted and compared with what was saved."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  backstay snapshot verify --every",
        "  backstay snapshot verify --sample 20   every day, in a second"
      })
  static final class VerifyCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "GATEWAY", description = "Default: all.")
    private List<String> gateways = new ArrayList<>();

    @Option(names = "--every", description = "Not only the newest ones.")
    private boolean every;

    @Option(
        names = "--sample",
        arity = "0..1",
        fallbackValue = "10",
        paramLabel = "N",
        description =
            "Only the newest commit's signature and N files by chance, decrypted. Default: 10.")
    private Optional<Integer> sample = Optional.empty();

    @Option(names = "--seed", paramLabel = "NUMBER", description = "Choose the same files again.")
    private Optional<Long> seed = Optional.empty();

    @Mixin private IdentityOption identity;

    @ParentCommand private SnapshotCommand snapshot;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      Vault vault = snapshot.vault();
      Optional<Identity> key = identity.find(snapshot.backstay);
      try (VaultEnd _ = new VaultEnd(vault, spec.commandLine().getErr())) {
        if (sample.isPresent()) {
          say(VerifyWords.sampled(vault.verifySample(sample.get(), seed(), key)));
        } else {
          List<Runnable> checks =
              List.of(
                  () -> say(VerifyWords.chain(vault.verifyChain())),
                  () -> readBack(vault, key),
                  () -> evidence(vault, key));
          EachOf.run(checks, Runnable::run);
        }
      }
      return ExitCode.DONE.status();
    }

    private long seed() {
      // Short enough to be typed again.
      return seed.orElseGet(() -> (long) new SecureRandom().nextInt(1_000_000));
    }

    private void readBack(Vault vault, Optional<Identity> key) {
      EachOf.run(
          chosen(every ? vault.list() : vault.newest()),
          one -> say(VerifyWords.readBack(vault.verify(one.commit(), one.gateway(), key))));
    }

    private void evidence(Vault vault, Optional<Identity> key) {
      if (gateways.isEmpty()) {
        EachOf.run(
            vault.evidence(),
            one -> say(VerifyWords.evidence(one.name(), vault.verifyEvidence(one.name(), key))));
      }
    }

    private void say(String line) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(line);
      out.flush();
    }

    private List<Snapshot> chosen(List<Snapshot> all) {
      List<Snapshot> chosen =
          all.stream()
              .filter(one -> gateways.isEmpty() || gateways.contains(one.gateway()))
              .toList();
      Set<String> there =
          chosen.stream().map(Snapshot::gateway).collect(Collectors.toUnmodifiableSet());
      List<Problem> unknown =
          gateways.stream()
              .filter(name -> !there.contains(name))
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
