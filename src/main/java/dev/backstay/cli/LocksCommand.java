package dev.backstay.cli;

import dev.backstay.rollout.GatewayLocks;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "locks",
    description = "List the gateways that rollouts have not finished with, and who has them.",
    mixinStandardHelpOptions = true)
final class LocksCommand implements Callable<Integer> {
  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    WorkingDirectory here = backstay.here().made();
    String host = Person.of(backstay.surroundings().environment()).host();
    PrintWriter out = spec.commandLine().getOut();
    List<GatewayLocks.Lock> locks = here.locks().all();
    if (locks.isEmpty()) {
      out.println("No rollout has a gateway.");
    }
    locks.forEach(lock ->
        out.println(
            "%-8s  %-12s  %s  %s, process %d on %s%s"
                .formatted(
                    lock.id(),
                    lock.gateway(),
                    lock.rollout(),
                    lock.by(),
                    lock.process(),
                    lock.host(),
                    lock.host().equals(host) && !lock.isAlive(host) ? " (gone)" : "")));
    return ExitCode.DONE.status();
  }
}
