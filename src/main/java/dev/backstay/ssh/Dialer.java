package dev.backstay.ssh;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.sshd.client.future.AuthFuture;
import org.apache.sshd.client.future.ConnectFuture;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.jspecify.annotations.Nullable;

/** Opens connections, and turns each way in which that fails into a problem with its remedy. */
final class Dialer {
  private final TunnelClient client;
  private final SshSettings settings;
  private final KnownHostsFile.Reader knownHosts = new KnownHostsFile.Reader();
  private final Semaphore places = new Semaphore(SshDefaults.DIALS_AT_ONCE, true);

  Dialer(TunnelClient client, SshSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /**
   * Waits while as many others dial as may; the limits of time begin after that.
   *
   * @param via the connection to tunnel through; empty for a direct one
   * @throws ProblemException if no verified and authenticated connection came about
   */
  Connection dial(Endpoint endpoint, Optional<Connection> via) {
    // Not given up by an interrupt: the dial itself sees it, and says how it ends.
    places.acquireUninterruptibly();
    try {
      return dialNow(endpoint, via);
    } finally {
      places.release();
    }
  }

  private Connection dialNow(Endpoint endpoint, Optional<Connection> via) {
    Dial dial = new Dial(endpoint, via.map(Connection::session), knownHosts);
    ClientSession session = connect(dial, via.isPresent());
    try {
      authenticate(dial, session);
    } catch (IOException | IllegalStateException e) {
      session.close(true);
      throw new ProblemException(authenticationProblem(dial, e));
    }
    return new Connection(endpoint.name(), session, settings.channelsPerConnection());
  }

  private ClientSession connect(Dial dial, boolean tunnelled) {
    Endpoint endpoint = dial.endpoint();
    List<String> reasons = new ArrayList<>();
    try {
      for (InetSocketAddress address : addresses(endpoint, tunnelled)) {
        try {
          return connect(dial, address);
        } catch (IOException e) {
          reasons.add(Reasons.of(e));
        }
      }
    } catch (UnknownHostException e) {
      reasons.add(Reasons.of(e));
    }
    throw new ProblemException(
        unreachable(endpoint, String.join("; ", reasons.stream().distinct().toList())));
  }

  /** All addresses of a name, in the resolver's order: one family may be broken on the way. */
  private static List<InetSocketAddress> addresses(Endpoint endpoint, boolean tunnelled)
      throws UnknownHostException {
    if (tunnelled) {
      // The jump host resolves the name: it may mean nothing here.
      return List.of(InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port()));
    }
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (InetAddress address : InetAddress.getAllByName(endpoint.host())) {
      addresses.add(new InetSocketAddress(address, endpoint.port()));
    }
    return addresses;
  }

  private ClientSession connect(Dial dial, InetSocketAddress address) throws IOException {
    ConnectFuture connecting = client.connect(dial, address);
    if (!connecting.await(settings.connectLimit())) {
      connecting.cancel();
      throw new IOException(
          "nothing answered within " + Deadline.after(settings.connectLimit()).spoken());
    }
    Throwable failure = connecting.getException();
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    return connecting.getSession();
  }

  private void authenticate(Dial dial, ClientSession session) throws IOException {
    session.setKeyIdentityProvider(dial.keys().provider());
    AuthFuture authenticating = session.auth();
    Duration limit = settings.authLimit();
    if (!authenticating.await(limit)) {
      throw new IOException(
          "it answered, but did not finish key exchange and authentication within "
              + Deadline.after(limit).spoken());
    }
    if (!authenticating.isSuccess()) {
      Throwable failure = authenticating.getException();
      throw failure instanceof SshException ssh
          ? ssh
          : new IOException("the authentication did not succeed", failure);
    }
  }

  private static Problem authenticationProblem(Dial dial, Exception failure) {
    Optional<Problem> hostKey = dial.hostKeyProblem();
    if (hostKey.isPresent()) {
      return hostKey.get();
    }
    if (refused(failure)) {
      return keyRefused(dial);
    }
    String reason = Reasons.of(failure);
    return unreachable(
        dial.endpoint(),
        dial.lastWords()
            .filter(words -> !reason.contains(words))
            .map(w -> reason + " (" + w + ")")
            .orElse(reason));
  }

  /** Whether the server heard the keys and wanted none of them. */
  private static boolean refused(Exception failure) {
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof SshException ssh
          && ssh.getDisconnectCode()
              == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE) {
        return true;
      }
      // OpenSSH hangs up with a protocol error after MaxAuthTries.
      if (String.valueOf(t.getMessage())
          .toLowerCase(Locale.ROOT)
          .contains("too many authentication failures")) {
        return true;
      }
    }
    return false;
  }

  private static Problem keyRefused(Dial dial) {
    Endpoint endpoint = dial.endpoint();
    String hint =
        dial.keys().lockedOut().stream()
            .findFirst()
            .map(file -> "an encrypted key is used through the agent: ssh-add " + file)
            .orElse(
                "add the public key to authorized_keys of "
                    + endpoint.user()
                    + " there, or name the right identity in the inventory.");
    return new Problem(
        "key-refused",
        endpoint.name(),
        endpoint.address()
            + " lets "
            + endpoint.user()
            + " in with no key of ours; "
            + dial.keys().report()
            + ".",
        hint);
  }

  private static Problem unreachable(Endpoint endpoint, String reason) {
    return new Problem(
        "unreachable",
        endpoint.name(),
        endpoint.address() + " cannot be reached: " + reason + ".",
        "try: ssh -p " + endpoint.port() + " " + endpoint.user() + "@" + endpoint.host());
  }
}
