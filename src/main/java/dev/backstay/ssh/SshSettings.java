package dev.backstay.ssh;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator may set about the transport. The defaults and their reasons are in {@code
 * SshDefaults}.
 *
 * @param agentSocket where the ssh-agent listens; empty for none
 * @param keyExchanges names of key exchange methods, preferred first; what the library does not
 *     know is refused when the connector is made
 * @param connectLimit for the TCP connection to one address
 * @param authLimit for key exchange and authentication together
 * @param heartbeat between two questions whether the other side is still there
 * @param unansweredHeartbeats after this many the connection counts as broken
 * @param channelsPerConnection commands that run at once over one connection; the others wait
 */
public record SshSettings(
    Optional<Path> agentSocket,
    List<String> keyExchanges,
    Duration connectLimit,
    Duration authLimit,
    Duration heartbeat,
    int unansweredHeartbeats,
    int channelsPerConnection) {

  public SshSettings {
    keyExchanges = List.copyOf(keyExchanges);
    requirePositive("connect limit", connectLimit);
    requirePositive("authentication limit", authLimit);
    requirePositive("heartbeat", heartbeat);
    if (keyExchanges.isEmpty() || unansweredHeartbeats < 1 || channelsPerConnection < 1) {
      throw new IllegalArgumentException(
          "key exchanges, unanswered heartbeats and channels are at least one");
    }
  }

  /** Without an agent. */
  public static SshSettings defaults() {
    return new SshSettings(
        Optional.empty(),
        SshDefaults.KEY_EXCHANGES,
        SshDefaults.CONNECT_LIMIT,
        SshDefaults.AUTH_LIMIT,
        SshDefaults.HEARTBEAT,
        SshDefaults.UNANSWERED_HEARTBEATS,
        SshDefaults.CHANNELS_PER_CONNECTION);
  }

  /**
   * The defaults with the agent that {@code SSH_AUTH_SOCK} names.
   *
   * @param environment usually {@link System#getenv()}
   */
  public static SshSettings from(Map<String, String> environment) {
    String socket = environment.getOrDefault("SSH_AUTH_SOCK", "");
    return socket.isEmpty() ? defaults() : defaults().withAgent(Path.of(socket));
  }

  public SshSettings withAgent(Path socket) {
    return new SshSettings(
        Optional.of(socket),
        keyExchanges,
        connectLimit,
        authLimit,
        heartbeat,
        unansweredHeartbeats,
        channelsPerConnection);
  }

  public SshSettings withKeyExchanges(List<String> names) {
    return new SshSettings(
        agentSocket,
        names,
        connectLimit,
        authLimit,
        heartbeat,
        unansweredHeartbeats,
        channelsPerConnection);
  }

  public SshSettings withLimits(Duration connect, Duration auth) {
    return new SshSettings(
        agentSocket,
        keyExchanges,
        connect,
        auth,
        heartbeat,
        unansweredHeartbeats,
        channelsPerConnection);
  }

  public SshSettings withHeartbeat(Duration interval) {
    return new SshSettings(
        agentSocket,
        keyExchanges,
        connectLimit,
        authLimit,
        interval,
        unansweredHeartbeats,
        channelsPerConnection);
  }

  private static void requirePositive(String what, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException("the " + what + " is positive, not " + value);
    }
  }
}
