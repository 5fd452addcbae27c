package dev.backstay.ssh;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntry;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.future.ConnectFuture;
import org.apache.sshd.client.keyverifier.RejectAllServerKeyVerifier;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.io.IoConnector;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.DHFactory;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.core.CoreModuleProperties;

/**
 * The library's client, set up once per process, that can also connect through a session it already
 * has. The library's own ProxyJump opens a new session to the jump host for every target, and
 * listens on a loopback port that every local user may dial; this one opens a {@code direct-tcpip}
 * channel in the one session there is and listens nowhere.
 */
final class TunnelClient extends SshClient {
  /** Starts a client. Nothing of the user's own SSH configuration is read. */
  static TunnelClient start(SshSettings settings) {
    TunnelClient client = new TunnelClient();
    ClientBuilder.builder()
        .factory(() -> client)
        .keyExchangeFactories(keyExchanges(settings.keyExchanges()))
        // All hosts are refused unless a dial brings its own known hosts.
        .serverKeyVerifier(RejectAllServerKeyVerifier.INSTANCE)
        .hostConfigEntryResolver(HostConfigEntryResolver.EMPTY)
        .filePasswordProvider(FilePasswordProvider.EMPTY)
        .build();
    client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
    client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
    settings.agentSocket().ifPresent(socket -> client.setAgentFactory(new AgentFactory(socket)));
    client.addSessionListener(new Dial.Listener());
    client.turnKnobs(settings);
    client.start();
    return client;
  }

  private void turnKnobs(SshSettings settings) {
    // Off by default: Nagle with delayed ACK costs 40 ms a command (52 ms against 5 to 10 ms).
    CoreModuleProperties.TCP_NODELAY.set(this, true);
    CoreModuleProperties.IO_CONNECT_TIMEOUT.set(this, settings.connectLimit());
    // The dialer's own limit comes first and says what happened; this is the net below it.
    CoreModuleProperties.AUTH_TIMEOUT.set(this, settings.authLimit().multipliedBy(2));
    // Heartbeats decide whether a link is alive; idleness is not a fault.
    CoreModuleProperties.IDLE_TIMEOUT.set(this, Duration.ZERO);
    CoreModuleProperties.NIO2_READ_TIMEOUT.set(this, Duration.ZERO);
    CoreModuleProperties.HEARTBEAT_INTERVAL.set(this, settings.heartbeat());
    CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(this, settings.unansweredHeartbeats());
    CoreModuleProperties.CHANNEL_OPEN_TIMEOUT.set(this, SshDefaults.CHANNEL_OPEN_LIMIT);
    CoreModuleProperties.CHANNEL_CLOSE_TIMEOUT.set(this, SshDefaults.CHANNEL_CLOSE_LIMIT);
    CoreModuleProperties.DISCONNECT_TIMEOUT.set(this, SshDefaults.DISCONNECT_LIMIT);
  }

  /**
   * @throws IllegalArgumentException if a name is unknown or none is left that this JDK supports
   */
  private static List<KeyExchangeFactory> keyExchanges(List<String> names) {
    BuiltinDHFactories.ParseResult parsed = BuiltinDHFactories.parseDHFactoriesList(names);
    if (!parsed.getUnsupportedFactories().isEmpty()) {
      throw new IllegalArgumentException(
          "unknown key exchange " + String.join(", ", parsed.getUnsupportedFactories()));
    }
    List<KeyExchangeFactory> usable =
        parsed.getParsedFactories().stream()
            .filter(DHFactory::isSupported)
            .map(ClientBuilder.DH2KEX)
            .toList();
    if (usable.isEmpty()) {
      throw new IllegalArgumentException("none of the key exchanges is supported here: " + names);
    }
    return usable;
  }

  /** Begins a connection; the host key is verified and the dial's keys are used. */
  ConnectFuture connect(Dial dial, InetSocketAddress address) throws IOException {
    String user = dial.endpoint().user();
    HostConfigEntry entry =
        new HostConfigEntry(
            address.getHostString(), address.getHostString(), address.getPort(), user);
    return doConnect(
        user, address, dial.context(), null, KeyIdentityProvider.EMPTY_KEYS_PROVIDER, entry);
  }

  @Override
  protected IoConnector createConnector() {
    return new TunnelConnector(super.createConnector(), getSessionFactory());
  }
}
