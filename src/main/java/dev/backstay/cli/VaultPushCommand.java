package dev.backstay.cli;

import dev.backstay.snapshot.Vault;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "push",
    description = {
      "Push the vault to its remote now, and wait for it. Commands that save do so by themselves,"
          + " but wait for no more than a few seconds.",
      "What another controller has pushed there is merged first."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay vault push"})
final class VaultPushCommand implements Callable<Integer> {
  @ParentCommand private VaultCommand vault;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Vault opened = Wiring.vault(vault.here());
    spec.commandLine().getOut().println(SyncWords.of(opened.push()));
    opened.settle(Duration.ZERO);
    return ExitCode.DONE.status();
  }
}
