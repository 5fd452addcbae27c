package dev.backstay.gateway;

import dev.backstay.wireguard.PublicKey;
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
 * @param kernelVersion as the kernel's authors count it; empty where only the distribution's own
 *     number is known
 * @param architecture as {@code uname -m}
 * @param init {@code systemd}, {@code openrc} or {@code other}
 * @param tools version by name, for those that are there
 * @param missingTools those that are not
 * @param freeKib KiB free where the gateway's own state is kept
 * @param packageManager {@code dpkg}, {@code rpm}, {@code apk} or {@code none}
 * @param packageLock empty when nobody holds it, else who: process id and name
 * @param packagesBroken whether dpkg left half-configured packages behind
 * @param packages by name, those that were asked for
 * @param moduleLoaded srcversion of the loaded WireGuard module; empty for none
 * @param moduleOnDisk srcversion of the one that a reload would load; empty for none
 * @param settings of the kernel, those that were asked for; nothing for one that does not exist
 * @param configs of interfaces by name, if they were asked for
 * @param openLease the state and rollout of a lease that is not over
 * @param boot how another kernel would be booted; only if that was asked for
 * @param epoch the fencing epoch the gateway has stored; 0 when it never saw one
 */
public record Facts(
    double uptime,
    String bootId,
    String kernel,
    Optional<String> kernelVersion,
    String os,
    String architecture,
    String user,
    String init,
    Map<String, String> tools,
    Set<String> missingTools,
    long freeKib,
    String packageManager,
    Optional<String> packageLock,
    boolean packagesBroken,
    Map<String, PackageFacts> packages,
    String moduleLoaded,
    String moduleOnDisk,
    List<InterfaceFacts> interfaces,
    Map<String, Optional<String>> settings,
    Map<String, InterfaceConfig> configs,
    Optional<LeaseFacts> openLease,
    BootFacts boot,
    long epoch) {

  /**
   * @param installed the version; empty when it is not installed
   * @param candidates versions that the gateway's package lists offer
   * @param digests SHA-256 of the package file by version, in hex, where the package lists tell it
   */
  public record PackageFacts(
      Optional<String> installed,
      Set<String> candidates,
      boolean held,
      Map<String, String> digests) {
    public PackageFacts {
      candidates = Set.copyOf(candidates);
      digests = Map.copyOf(digests);
    }

    /** Where the package lists tell no digests. */
    public PackageFacts(Optional<String> installed, Set<String> candidates, boolean held) {
      this(installed, candidates, held, Map.of());
    }
  }

  /**
   * What makes a WireGuard interface, and how it is set now.
   *
   * @param owner {@code wg-quick}, {@code networkd} or {@code none}
   * @param file of wg-quick, without the leading slash; empty for others
   * @param table that wg-quick routes in: {@code auto}, {@code off} or a name; empty for others
   * @param addresses global ones, each with its length
   * @param pointToPoint whether an address has a peer address, which only files can say
   * @param preshared peers that share another key with it, if that was asked for
   */
  public record InterfaceConfig(
      String owner,
      String file,
      String table,
      List<String> addresses,
      boolean pointToPoint,
      Map<PublicKey, PeerConfig> peers,
      Set<PublicKey> preshared) {
    public InterfaceConfig {
      addresses = List.copyOf(addresses);
      peers = Map.copyOf(peers);
      preshared = Set.copyOf(preshared);
    }
  }

  /**
   * @param allowedIps networks with their lengths
   * @param keepalive in seconds, 0 for none
   * @param endpoint where it was last seen; empty for nowhere
   */
  public record PeerConfig(List<String> allowedIps, int keepalive, String endpoint) {
    public PeerConfig {
      allowedIps = List.copyOf(allowedIps);
    }
  }

  /**
   * A WireGuard interface that exists now.
   *
   * @param boringtun whether that is the program behind it
   * @param active peers whose latest handshake is younger than a session may be
   * @param mark {@code off} or in hex
   * @param mtu in bytes; 0 when it could not be read
   * @param threaded whether the kernel decrypts in threads of the interface's own
   */
  public record InterfaceFacts(
      String name,
      boolean inKernel,
      boolean boringtun,
      String publicKey,
      int port,
      int peers,
      int active,
      String mark,
      int mtu,
      boolean threaded) {}

  /**
   * A lease that somebody holds on this gateway.
   *
   * @param ticking whether its dead-man timer has ticked in the last minute
   */
  public record LeaseFacts(String state, String rollout, boolean ticking) {}

  /**
   * The boot loader.
   *
   * @param savedDefault whether GRUB's default is an entry by name, which stays when others come
   * @param fileSystem of its environment block
   * @param device that it is on
   * @param kernels releases in /boot
   */
  public record BootFacts(
      boolean grub,
      boolean editor,
      boolean savedDefault,
      String fileSystem,
      String device,
      Set<String> kernels) {
    public BootFacts {
      kernels = Set.copyOf(kernels);
    }
  }

  /** Peers with a living session, on all interfaces. */
  public int activeClients() {
    return interfaces.stream().mapToInt(InterfaceFacts::active).sum();
  }

  /** What gateways have in common that take a change in the same way. */
  public String platform() {
    return "%s, kernel %s, %s, WireGuard %s, tools %s"
        .formatted(os, kernel, architecture, module(), tools.getOrDefault("wg", "none"));
  }

  private String module() {
    if (interfaces.stream().anyMatch(one -> !one.inKernel())) {
      return "in userspace";
    }
    return moduleLoaded.isEmpty() ? "not loaded" : "module " + moduleLoaded;
  }

  public Facts {
    tools = Map.copyOf(tools);
    missingTools = Set.copyOf(missingTools);
    packages = Map.copyOf(packages);
    interfaces = List.copyOf(interfaces);
    settings = Map.copyOf(settings);
    configs = Map.copyOf(configs);
  }
}
