package dev.backstay.ssh;

import java.nio.file.Path;
import java.util.List;

/**
 * Where and as whom to dial a gateway.
 *
 * @param name the gateway's name in the inventory
 * @param host address or name
 * @param port 1 to 65535
 * @param user the account; commands need root or its equal
 * @param identities private key files to offer, in order; the agent's keys come first
 * @param knownHosts the file that must hold the host's key
 * @param jumps hosts to go through, first hop first; empty for a direct connection
 */
public record Target(
    String name,
    String host,
    int port,
    String user,
    List<Path> identities,
    Path knownHosts,
    List<Jump> jumps) {
  /** A host on the way, verified and authenticated like the gateway itself. */
  public record Jump(String host, int port, String user) {}

  public Target {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is outside 1 to 65535");
    }
    identities = List.copyOf(identities);
    jumps = List.copyOf(jumps);
  }
}
