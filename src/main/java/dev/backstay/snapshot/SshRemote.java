package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Command;
import dev.backstay.ssh.Connector;
import dev.backstay.ssh.Shell;
import dev.backstay.ssh.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RemoteSession;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.FS;

/**
 * Carries Git's protocol over the same transport that reaches gateways: host keys always verified,
 * the agent and key files. JGit's own SSH would bring a second copy of the SSH library.
 */
final class SshRemote extends SshSessionFactory {
  private static final int PORT = 22;
  private static final Duration START_LIMIT = Duration.ofSeconds(15);

  private final Connector connector;
  private final RemoteSettings settings;

  SshRemote(Connector connector, RemoteSettings settings) {
    this.connector = connector;
    this.settings = settings;
  }

  @Override
  public RemoteSession getSession(
      URIish uri, CredentialsProvider credentials, FS fs, int milliseconds)
      throws TransportException {
    try {
      return new Session(connector.shared(target(uri)));
    } catch (ProblemException known) {
      throw new TransportException(uri, "no connection", known);
    }
  }

  private Target target(URIish uri) {
    Path ssh = Path.of(System.getProperty("user.home"), ".ssh");
    List<Path> identities =
        settings
            .identity()
            .map(List::of)
            .orElseGet(() ->
                Stream.of("id_ed25519", "id_ecdsa", "id_rsa")
                    .map(ssh::resolve)
                    .filter(Files::exists)
                    .toList());
    return new Target(
        "the vault's remote",
        Objects.requireNonNull(uri.getHost(), "an SSH address has a host"),
        uri.getPort() < 0 ? PORT : uri.getPort(),
        Optional.ofNullable(uri.getUser()).orElse(System.getProperty("user.name")),
        identities,
        settings.knownHosts().orElse(ssh.resolve("known_hosts")),
        List.of());
  }

  @Override
  public String getType() {
    return "backstay";
  }

  /**
   * @param shell closing it leaves the connection to its connector
   */
  private record Session(Shell shell) implements RemoteSession {
    @Override
    public Process exec(String line, int seconds) throws IOException {
      return new RemoteProcess(shell.converse(Command.of(line).within(START_LIMIT)));
    }

    @Override
    public void disconnect() {
      shell.close();
    }
  }
}
