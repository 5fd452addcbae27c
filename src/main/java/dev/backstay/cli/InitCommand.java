package dev.backstay.cli;

import dev.backstay.snapshot.Created;
import dev.backstay.snapshot.Keyholders;
import dev.backstay.snapshot.NewPassphrase;
import dev.backstay.snapshot.Vault;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "init",
    description = "Make this folder a working directory, with a vault for snapshots.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay init --recipient age1… --passphrase safe"})
final class InitCommand implements Callable<Integer> {
  @Option(
      names = "--recipient",
      paramLabel = "AGE1…",
      description = {
        "Who can decrypt the snapshots; repeat for several.",
        "Without one, and without a passphrase, an identity is made in .backstay/vault-identity."
      })
  private List<String> recipients = new ArrayList<>();

  @Option(
      names = "--passphrase",
      paramLabel = "NAME",
      description = {
        "A passphrase that can decrypt the snapshots, asked for now; repeat for several.",
        "NAME says whose it is; everybody can read it."
      })
  private List<String> passphrases = new ArrayList<>();

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    WorkingDirectory here = backstay.here();
    Created created = created(here);
    for (String folder : List.of("playbooks", "inventories")) {
      Files.createDirectories(here.path().resolve(folder));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "This folder is a working directory now: playbooks/ inventories/ snapshots/ .backstay/");
    out.println("Snapshots are encrypted for " + String.join(", ", created.recipients()));
    created
        .newIdentity()
        .ifPresent(file -> {
          out.println("Their identity is " + here.path().relativize(file) + " (mode 0600).");
          out.println("Keep a copy somewhere else: without it nobody can read the snapshots.");
        });
    if (!passphrases.isEmpty()) {
      out.println("Keep the passphrase where the vault is not: nobody can find it out again.");
      out.println(
          "What decrypts is told how: --identity passphrase:%s".formatted(passphrases.getFirst()));
    }
    return ExitCode.DONE.status();
  }

  private Created created(WorkingDirectory here) {
    if (recipients.isEmpty() && passphrases.isEmpty()) {
      return init(here, new Keyholders.NewIdentity(here.identity()));
    }
    // What would make them useless is told before anybody types one.
    Vault.requireNone(here.vault());
    AskSecret secrets = new AskSecret(backstay.surroundings());
    List<NewPassphrase> asked = new ArrayList<>();
    try {
      for (String name : passphrases) {
        NewPassphrase.requireFree(name, asked.stream().map(NewPassphrase::name).toList());
        asked.add(new NewPassphrase(name, secrets.newPassphrase("New passphrase of " + name)));
      }
      return init(here, new Keyholders.Recipients(recipients, asked));
    } finally {
      asked.forEach(one -> one.passphrase().close());
    }
  }

  private static Created init(WorkingDirectory here, Keyholders keyholders) {
    return Vault.init(here.vault(), keyholders, Clock.systemUTC(), new SecureRandom());
  }
}
