package dev.backstay.gateway;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a gateway says of itself, read without changing anything.
 *
 * @param uptime seconds since boot
 * @param bootId changes with every boot
 * @param kernel as {@code uname -r}
 * @param init {@code systemd}, {@code openrc} or {@code other}
 * @param tools version by name, for those that are there
 * @param missingTools those that are not
 * @param freeKib KiB free where the gateway's own state is kept
 * @param packageLock empty when nobody holds it, else who: process id and name
 * @param packagesBroken whether dpkg left half-configured packages behind
 * @param packages by name, those that were asked for
 * @param moduleLoaded srcversion of the loaded WireGuard module; empty for none
 * @param moduleOnDisk srcversion of the one that a reload would load; empty for none
 * @param openLease the state and rollout of a lease that is not over
 * @param epoch the fencing epoch the gateway has stored; 0 when it never saw one
 */
public record Facts(
    double uptime,
    String bootId,
    String kernel,
    String os,
    String user,
    String init,
    Map<String, String> tools,
    Set<String> missingTools,
    long freeKib,
    Optional<String> packageLock,
    boolean packagesBroken,
    Map<String, PackageFacts> packages,
    String moduleLoaded,
    String moduleOnDisk,
    List<InterfaceFacts> interfaces,
    Optional<LeaseFacts> openLease,
    long epoch) {

  /**
   * @param installed the version; empty when it is not installed
   * @param candidates versions that the gateway's package lists offer
   */
  public record PackageFacts(Optional<String> installed, Set<String> candidates, boolean held) {}

  /** A WireGuard interface that exists now. */
  public record InterfaceFacts(
      String name, boolean inKernel, String publicKey, int port, int peers) {}

  /** A lease that somebody holds on this gateway. */
  public record LeaseFacts(String state, String rollout) {}

  public Facts {
    tools = Map.copyOf(tools);
    missingTools = Set.copyOf(missingTools);
    packages = Map.copyOf(packages);
    interfaces = List.copyOf(interfaces);
  }
}
