package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.Rekeyed;
import dev.backstay.snapshot.Vault;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "vault",
    description = "Who can read the snapshots of this working directory, and where copies are.",
    mixinStandardHelpOptions = true,
    subcommands = {
      VaultCommand.RekeyCommand.class,
      VaultStatusCommand.class,
      VaultRemoteCommand.class,
      VaultPushCommand.class
    })
final class VaultCommand {
  @ParentCommand private Main backstay;

  WorkingDirectory here() {
    return backstay.here().made();
  }

  @Command(
      name = "rekey",
      description = {
        "Add and remove recipients: the newest snapshot of every gateway is encrypted anew.",
        "Older commits stay as they are; whoever is removed can still read those."
      },
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  backstay vault rekey --add age1… --remove age1…"})
  static final class RekeyCommand implements Callable<Integer> {
    @Option(names = "--add", paramLabel = "AGE1…", description = "Repeat for several.")
    private List<String> add = new ArrayList<>();

    @Option(names = "--remove", paramLabel = "AGE1…", description = "Repeat for several.")
    private List<String> remove = new ArrayList<>();

    @Option(
        names = "--identity",
        paramLabel = "FILE",
        description = "Decrypts the newest snapshots. Default: .backstay/vault-identity.")
    private Optional<Path> identity = Optional.empty();

    @ParentCommand private VaultCommand vault;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      WorkingDirectory here = vault.backstay.here().made();
      if (add.isEmpty() && remove.isEmpty()) {
        throw new ProblemException(
            "nothing-to-rekey",
            "",
            "no recipient is to be added or removed",
            "--add or --remove one");
      }
      Identity key = Identity.read(identity.orElse(here.identity()));
      Vault opened = Wiring.vault(here);
      Rekeyed done = opened.rekey(add, remove, key);
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          done.files() == 0
              ? "Nothing to do: these are the recipients already."
              : "%d files encrypted anew, in commit %s."
                  .formatted(done.files(), done.commit().substring(0, 10)));
      out.println("Recipients now: " + String.join(", ", done.recipients()));
      if (!remove.isEmpty()) {
        out.println(
            "Older commits stay readable for who was removed. Change the keys in them that matter.");
      }
      new VaultEnd(opened, spec.commandLine().getErr()).close();
      return ExitCode.DONE.status();
    }
  }
}
