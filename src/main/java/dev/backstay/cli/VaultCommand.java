package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.Rekeyed;
import dev.backstay.snapshot.Vault;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      PassphraseCommand.class,
      WrapCommand.class,
      VaultStatusCommand.class,
      VaultRemoteCommand.class,
      VaultPushCommand.class
    })
final class VaultCommand {
  static final String OLDER_COMMITS =
      "Older commits stay readable for who was removed. Change the keys in them that matter.";

  @ParentCommand private Main backstay;

  WorkingDirectory here() {
    return backstay.here().made();
  }

  Main backstay() {
    return backstay;
  }

  static void report(PrintWriter out, Rekeyed done) {
    out.println(
        done.committed()
            ? "%d files encrypted anew, in commit %s."
                .formatted(done.files(), done.commit().substring(0, 10))
            : "Nothing to do: these are the recipients already.");
    out.println("Recipients now: " + String.join(", ", done.recipients()));
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

    @Mixin private IdentityOption identity;

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
      Identity key = identity.require(vault.backstay);
      Vault opened = Wiring.vault(here);
      Rekeyed done = opened.rekey(add, remove, key);
      PrintWriter out = spec.commandLine().getOut();
      report(out, done);
      if (!remove.isEmpty()) {
        out.println(OLDER_COMMITS);
      }
      new VaultEnd(opened, spec.commandLine().getErr()).close();
      return ExitCode.DONE.status();
    }
  }
}
