package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Vault;
import dev.backstay.snapshot.VaultStatus;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "remote",
    description = {
      "Name the Git repository that every snapshot is pushed to, and push. Without a URL: show it.",
      "What another controller of the same vault has pushed there is merged first.",
      "HTTPS takes name and password from ~/.netrc; SSH takes the agent's keys and the user's own,"
          + " and the host must be in known_hosts."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay vault remote ssh://backup@git.example.net/vault.git"})
final class VaultRemoteCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "URL",
      description = "A folder, https://HOST/PATH, ssh://USER@HOST/PATH or USER@HOST:PATH.")
  private Optional<String> url = Optional.empty();

  @Option(names = "--none", description = "From now on there is no remote.")
  private boolean none;

  @Option(
      names = "--ssh-identity",
      paramLabel = "FILE",
      description = "Private key for SSH. Default: the user's own.")
  private Optional<Path> identity = Optional.empty();

  @Option(
      names = "--known-hosts",
      paramLabel = "FILE",
      description = "Holds the host's key. Default: ~/.ssh/known_hosts.")
  private Optional<Path> knownHosts = Optional.empty();

  @ParentCommand private VaultCommand vault;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (none && url.isPresent()) {
      throw new ProblemException(
          "remote-invalid", "", "a URL and --none contradict each other", "give one of them");
    }
    Vault opened = Wiring.vault(vault.here());
    PrintWriter out = spec.commandLine().getOut();
    if (none) {
      opened.removeRemote();
      out.println("The vault has no remote now. What is at the old one stays there.");
    } else if (url.isPresent()) {
      connect(opened, url.get(), out);
    } else {
      out.println(opened.status().remote().map(VaultStatus.Remote::url).orElse("none"));
    }
    return ExitCode.DONE.status();
  }

  /** A remote that cannot be reached now is noted all the same. */
  private void connect(Vault opened, String address, PrintWriter out) {
    try {
      out.println(SyncWords.of(opened.setRemote(address, identity, knownHosts)));
    } catch (ProblemException failed) {
      if (opened.status().remote().flatMap(VaultStatus.Remote::pending).isPresent()) {
        out.println("The remote is noted, and the push is pending.");
      }
      throw failed;
    }
  }
}
