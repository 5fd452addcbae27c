package dev.backstay.cli;

import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.NewPassphrase;
import dev.backstay.snapshot.Passphrase;
import dev.backstay.snapshot.Rekeyed;
import dev.backstay.snapshot.Vault;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "passphrase",
    description = {
      "Passphrases that open the snapshots. Each opens a key of its own, which lies in the vault,",
      "encrypted: git, age and the passphrase are enough to recover everything."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      PassphraseCommand.AddCommand.class,
      PassphraseCommand.RemoveCommand.class,
      PassphraseCommand.ChangeCommand.class,
      PassphraseCommand.ListCommand.class
    })
final class PassphraseCommand {
  @ParentCommand private VaultCommand vault;

  private Main backstay() {
    return vault.backstay();
  }

  private Vault vault() {
    return Wiring.vault(backstay().here().made());
  }

  private AskSecret secrets() {
    return new AskSecret(backstay().surroundings());
  }

  @Command(
      name = "add",
      description = "Let a passphrase open the newest snapshots, and all that come.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  backstay vault passphrase add safe"})
  static final class AddCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Whose it is; everybody can read it.")
    private String name = "";

    @Mixin private IdentityOption identity;

    @ParentCommand private PassphraseCommand passphrases;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      Vault vault = passphrases.vault();
      NewPassphrase.requireFree(name, vault.passphrases().keySet());
      Identity key = identity.require(passphrases.backstay());
      try (VaultEnd _ = new VaultEnd(vault, spec.commandLine().getErr());
          Passphrase passphrase =
              passphrases.secrets().newPassphrase("New passphrase of " + name)) {
        PrintWriter out = spec.commandLine().getOut();
        VaultCommand.report(out, vault.addPassphrase(new NewPassphrase(name, passphrase), key));
        out.println("Keep the passphrase where the vault is not: nobody can find it out again.");
      }
      return ExitCode.DONE.status();
    }
  }

  @Command(
      name = "remove",
      description = {
        "Take a passphrase away: the newest snapshots are encrypted anew.",
        "Older commits stay as they are; whoever knows the passphrase can still read those."
      },
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  backstay vault passphrase remove safe"})
  static final class RemoveCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Mixin private IdentityOption identity;

    @ParentCommand private PassphraseCommand passphrases;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      Vault vault = passphrases.vault();
      PrintWriter out = spec.commandLine().getOut();
      try (VaultEnd _ = new VaultEnd(vault, spec.commandLine().getErr())) {
        VaultCommand.report(
            out, vault.removePassphrase(name, identity.require(passphrases.backstay())));
        out.println(VaultCommand.OLDER_COMMITS);
      }
      return ExitCode.DONE.status();
    }
  }

  @Command(
      name = "change",
      description = {
        "Put another passphrase in the place of one. No snapshot is encrypted anew, and the key",
        "stays: with the old passphrase and an older commit it can still be opened."
      },
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  backstay vault passphrase change safe"})
  static final class ChangeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME")
    private String name = "";

    @ParentCommand private PassphraseCommand passphrases;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      Vault vault = passphrases.vault();
      // A name that is not there is told before anybody types.
      vault.passphraseIdentity(name).close();
      AskSecret secrets = passphrases.secrets();
      try (VaultEnd _ = new VaultEnd(vault, spec.commandLine().getErr());
          Passphrase old = secrets.passphrase("Passphrase of " + name);
          Passphrase fresh = secrets.newPassphrase("New passphrase of " + name)) {
        Rekeyed done = vault.changePassphrase(old, new NewPassphrase(name, fresh));
        PrintWriter out = spec.commandLine().getOut();
        out.println(
            "The passphrase of %s is another one, in commit %s."
                .formatted(name, done.commit().substring(0, 10)));
        out.println(
            "Older commits keep the old one, and it opens the same key. If somebody else knows it:");
        out.println(
            "  backstay vault passphrase remove " + name + ", then add, which makes a new key.");
      }
      return ExitCode.DONE.status();
    }
  }

  @Command(
      name = "list",
      description = "Their names, and the recipients behind them.",
      mixinStandardHelpOptions = true)
  static final class ListCommand implements Callable<Integer> {
    @ParentCommand private PassphraseCommand passphrases;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      passphrases
          .vault()
          .passphrases()
          .forEach((name, recipient) -> out.println("%-12s %s".formatted(name, recipient)));
      return ExitCode.DONE.status();
    }
  }
}
