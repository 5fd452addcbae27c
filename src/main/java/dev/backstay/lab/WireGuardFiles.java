package dev.backstay.lab;

import java.util.List;
import java.util.stream.Collectors;

/** The WireGuard files of gateways (for wg-quick) and clients (for {@code wg setconf}). */
final class WireGuardFiles {
  static final int PORT = 51820;

  /** What stands behind a pair of gateways, on the switch: {@code src/main/lab/guest-switch}. */
  static final String SERVICE = "198.18.5.1";

  /** Seconds; short, so that a client that lost its session is noticed soon. */
  private static final int KEEPALIVE = 5;

  private WireGuardFiles() {}

  /**
   * {@code Table = off}, because the routes to all peers follow from the address, and looking for
   * each whether it is there costs wg-quick two processes a peer: a third of a gateway's boot.
   */
  static String gatewayInterface(List<Integer> networks, String privateKey) {
    String addresses =
        networks.stream()
            .map("198.19.%1$d.1/24, fd00:198:19:%1$d::1/64"::formatted)
            .collect(Collectors.joining(", "));
    return """
    [Interface]
    Address = %s
    ListenPort = %d
    PrivateKey = %s
    Table = off
    """
        .formatted(addresses, PORT, privateKey);
  }

  /**
   * @param preshared empty for none
   */
  static String gatewayPeer(Client client, String publicKey, String preshared) {
    return """

    # %s
    [Peer]
    PublicKey = %s
    %sAllowedIPs = %s/32, %s/128
    """
        .formatted(
            client.name(),
            publicKey,
            presharedLine(preshared),
            client.address4(),
            client.address6());
  }

  /**
   * @param preshared empty for none
   */
  static String client(
      Client client,
      String privateKey,
      String gatewayKey,
      String preshared,
      String gatewayAddress,
      boolean service) {
    return """
    [Interface]
    PrivateKey = %s
    ListenPort = %d

    [Peer]
    PublicKey = %s
    %sAllowedIPs = 198.19.%5$d.0/24, fd00:198:19:%5$d::/64%6$s
    Endpoint = %7$s:%8$d
    PersistentKeepalive = %9$d
    """
        .formatted(
            privateKey,
            client.port(),
            gatewayKey,
            presharedLine(preshared),
            client.gateway(),
            service ? ", " + SERVICE + "/32" : "",
            gatewayAddress,
            PORT,
            KEEPALIVE);
  }

  private static String presharedLine(String preshared) {
    return preshared.isEmpty() ? "" : "PresharedKey = " + preshared + "\n";
  }
}
