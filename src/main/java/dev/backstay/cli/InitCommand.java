package dev.backstay.cli;

import dev.backstay.snapshot.Created;
import dev.backstay.snapshot.Keyholders;
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
    footer = {"", "Example:", "  backstay init --recipient age1…"})
final class InitCommand implements Callable<Integer> {
  @Option(
      names = "--recipient",
      paramLabel = "AGE1…",
      description = {
        "Who can decrypt the snapshots; repeat for several.",
        "Without one an identity is made in .backstay/vault-identity."
      })
  private List<String> recipients = new ArrayList<>();

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    WorkingDirectory here = backstay.here();
    Keyholders keyholders =
        recipients.isEmpty()
            ? new Keyholders.NewIdentity(here.identity())
            : new Keyholders.Recipients(recipients);
    Created created = Vault.init(here.vault(), keyholders, Clock.systemUTC(), new SecureRandom());
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
    return ExitCode.DONE.status();
  }
}
