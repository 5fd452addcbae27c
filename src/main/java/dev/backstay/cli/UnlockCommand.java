package dev.backstay.cli;

import dev.backstay.rollout.GatewayLocks;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "unlock",
    description = {
      "Take one lock away from a rollout that will never be ended.",
      "What the gateway itself holds open is not touched: it reverts when its lease is over."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay locks", "  backstay unlock --id 5f0c91ab"})
final class UnlockCommand implements Callable<Integer> {
  @Option(
      names = "--id",
      required = true,
      paramLabel = "ID",
      description = "As `backstay locks` shows it.")
  private String id = "";

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    GatewayLocks.Lock lock = backstay.here().made().locks().unlock(id);
    spec.commandLine()
        .getOut()
        .println("%s is free; rollout %s had it.".formatted(lock.gateway(), lock.rollout()));
    return ExitCode.DONE.status();
  }
}
