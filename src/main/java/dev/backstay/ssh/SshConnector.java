package dev.backstay.ssh;

/**
 * The connector for real gateways. Make one per process and close it at the end: it holds the
 * client's threads, one connection per gateway and one per jump host. Thread-safe.
 *
 * <p>Jump hosts: the way to a gateway is a chain of {@code direct-tcpip} channels (RFC 4254 §7.2)
 * through connections that are shared by all gateways behind the same hop; no local port is opened.
 * Each hop is verified and authenticated like a gateway, with the target's identities and known
 * hosts.
 *
 * <p>Nothing of the user's SSH configuration is read: what is needed is in the {@link Target}.
 */
public final class SshConnector implements Connector {
  private final TunnelClient client;
  private final Pool pool;

  /**
   * @throws IllegalArgumentException if the settings name a key exchange that does not exist
   */
  public SshConnector(SshSettings settings) {
    this.client = TunnelClient.start(settings);
    this.pool = new Pool(new Dialer(client, settings));
  }

  @Override
  public Shell shared(Target target) {
    return new MinaShell(pool.shared(Endpoint.route(target)), false);
  }

  @Override
  public Shell fresh(Target target) {
    return new MinaShell(pool.fresh(Endpoint.route(target)), true);
  }

  @Override
  public void close() {
    client.stop();
  }
}
