package dev.backstay.cli;

import dev.backstay.snapshot.Snapshot;
import dev.backstay.snapshot.Vault;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "snapshot",
    description = "Look at the snapshots of this working directory.",
    mixinStandardHelpOptions = true,
    subcommands = {SnapshotCommand.ListCommand.class, SnapshotCommand.ShowCommand.class})
final class SnapshotCommand {
  @ParentCommand private Main backstay;

  private Vault vault() {
    return Vault.open(backstay.here().made().vault(), Clock.systemUTC(), new SecureRandom());
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
}
