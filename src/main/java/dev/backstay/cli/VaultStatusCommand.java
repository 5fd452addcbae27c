package dev.backstay.cli;

import dev.backstay.snapshot.PushPending;
import dev.backstay.snapshot.VaultStatus;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "status",
    description = {
      "The newest commit, who can decrypt, and what the remote has. Asks nobody: what is there is"
          + " as it was last seen.",
      "Exit status 2 when something waits to be pushed."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay vault status --json"})
final class VaultStatusCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String LINE = "%-12s %s";

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @ParentCommand private VaultCommand vault;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    VaultStatus status = Wiring.vault(vault.here()).status();
    if (json) {
      spec.commandLine().getOut().println(JSON.writeValueAsString(status));
    } else {
      tell(status);
    }
    boolean waiting = status.remote().map(remote -> remote.ahead() > 0).orElse(false);
    return (waiting ? ExitCode.CHANGES_PENDING : ExitCode.DONE).status();
  }

  private void tell(VaultStatus status) {
    line(
        "newest",
        "%s  %s  %s".formatted(status.commit().substring(0, 10), status.at(), status.subject()));
    line("gateways", Integer.toString(status.gateways()));
    line("recipients", String.join(", ", status.recipients()));
    if (!status.forOthers().isEmpty()) {
      line(
          "",
          "not yet for these: %s; the next snapshot of each is"
              .formatted(String.join(", ", status.forOthers())));
    }
    if (status.workTree()) {
      line("work tree", "never looked at: what is not committed there is no snapshot");
    }
    line("remote", status.remote().map(VaultStatus.Remote::url).orElse("none"));
    status.remote().ifPresent(this::tell);
  }

  private void tell(VaultStatus.Remote remote) {
    if (!remote.seen()) {
      line("", "never reached; waiting: %s".formatted(Counted.of(remote.ahead(), "commit")));
    } else if (remote.ahead() == 0 && remote.behind() == 0) {
      line("", "has everything");
    } else {
      line("", "%d ahead, %d behind".formatted(remote.ahead(), remote.behind()));
    }
    remote.pending().ifPresent(this::tell);
  }

  private void tell(PushPending pending) {
    line(
        "",
        "pending since %s; %s failed, the last one at %s"
            .formatted(pending.since(), Counted.of(pending.attempts(), "attempt"), pending.last()));
    line("", pending.error());
  }

  private void line(String what, String value) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(LINE.formatted(what, value).stripTrailing());
    out.flush();
  }
}
