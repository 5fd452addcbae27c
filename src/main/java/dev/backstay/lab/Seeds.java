package dev.backstay.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Writes what each host finds at {@code /run/lab-seed} when it boots: the program {@code boot}, its
 * name, its keys, its WireGuard files. All keys of a lab are made here and are known to nobody
 * else.
 */
final class Seeds {
  private static final List<String> GUEST_PROGRAMS =
      List.of(
          "guest-common",
          "guest-handshakes",
          "guest-traffic",
          "guest-clock",
          "guest-disk",
          "guest-session");

  private final LabFiles files;
  private final Topology topology;
  private final SecureRandom random;
  private final SshKeys user;
  private final Map<String, SshKeys> hostKeys = new LinkedHashMap<>();
  private final Map<Integer, WireGuardKeys> gatewayKeys = new LinkedHashMap<>();
  private final Map<Client, String> peers = new LinkedHashMap<>();

  Seeds(LabFiles files, Topology topology, SecureRandom random) {
    this.files = files;
    this.topology = topology;
    this.random = random;
    this.user = SshKeys.generate(random);
    topology.hosts().forEach(host -> hostKeys.put(host.name(), SshKeys.generate(random)));
  }

  /** The key with which one may log in to every host. */
  SshKeys user() {
    return user;
  }

  /** A line for each host, with every name and address it has. */
  String knownHosts() {
    StringBuilder lines = new StringBuilder();
    for (Host host : topology.hosts()) {
      lines
          .append("%s,%s,%s ".formatted(host.name(), host.address4(), host.address6()))
          .append(hostKey(host).publicLine())
          .append('\n');
    }
    return lines.toString();
  }

  void write() {
    PrivateFiles.directory(files.run().resolve("seed"));
    for (Host host : topology.hosts()) {
      writeCommon(host);
    }
    writeClientTable();
    writeClients();
    for (int number = 1; number <= topology.gateways().size(); number++) {
      writeGateway(number);
    }
    topology.front().ifPresent(this::writeFront);
  }

  private void writeCommon(Host host) {
    Path seed = files.seed(host.name());
    PrivateFiles.directory(seed);
    copy(bootProgram(host), seed, "boot");
    for (String program : GUEST_PROGRAMS) {
      copy(program, seed, program);
    }
    SshKeys key = hostKey(host);
    PrivateFiles.write(
        seed.resolve("host"),
        "%s %s %s\n".formatted(host.name(), host.address4(), host.address6()));
    PrivateFiles.write(seed.resolve("hosts"), hostTable());
    PrivateFiles.write(seed.resolve("ssh_host_ed25519_key"), key.privateFile());
    PrivateFiles.write(seed.resolve("ssh_host_ed25519_key.pub"), key.publicLine() + "\n");
    PrivateFiles.write(seed.resolve("authorized_keys"), user.publicLine() + " backstay-lab\n");
  }

  private void writeClientTable() {
    Path seed = files.seed(topology.clientHost().name());
    StringBuilder table = new StringBuilder();
    for (Client client : topology.clients()) {
      table.append(
          "%s %s %s %s 198.19.%d.1 %s\n"
              .formatted(
                  client.name(),
                  client.device(),
                  client.address4(),
                  client.address6(),
                  client.gateway(),
                  client.pings() ? "pings" : "quiet"));
    }
    PrivateFiles.write(seed.resolve("clients"), table.toString());
    PrivateFiles.directory(seed.resolve("wireguard"));
  }

  private void writeClients() {
    Path clientSeed = files.seed(topology.clientHost().name()).resolve("wireguard");
    for (Client client : topology.clients()) {
      WireGuardKeys keys = WireGuardKeys.generate(random);
      String preshared = client.preshared() ? WireGuardKeys.presharedKey(random) : "";
      peers.put(client, WireGuardFiles.gatewayPeer(client, keys.publicKey(), preshared));
      PrivateFiles.write(
          clientSeed.resolve(client.name()),
          WireGuardFiles.client(
              client,
              keys.privateKey(),
              gatewayKeys(client.gateway()).publicKey(),
              preshared,
              knownAs(client.gateway()).address4(),
              topology.isOfPair(client.gateway())));
    }
  }

  /** Where clients find their gateway. */
  private Host knownAs(int gateway) {
    return topology.isOfPair(gateway)
        ? topology.front().orElseThrow()
        : topology.gateways().get(gateway - 1);
  }

  /** A pair has one key, as its clients know one gateway. */
  private WireGuardKeys gatewayKeys(int gateway) {
    return gatewayKeys.computeIfAbsent(
        topology.isOfPair(gateway) ? 1 : gateway, number -> WireGuardKeys.generate(random));
  }

  private void writeGateway(int number) {
    Path seed = files.seed(topology.gateways().get(number - 1).name());
    List<Integer> networks =
        topology.isOfPair(number)
            ? IntStream.rangeClosed(1, Topology.PAIR).boxed().toList()
            : List.of(number);
    StringBuilder config =
        new StringBuilder(
            WireGuardFiles.gatewayInterface(networks, gatewayKeys(number).privateKey()));
    topology.peersOf(number).forEach(client -> config.append(peers.get(client)));
    PrivateFiles.write(seed.resolve("wg0.conf"), config.toString());
    if (topology.isOfPair(number)) {
      String front = topology.front().orElseThrow().address4();
      PrivateFiles.write(
          seed.resolve("routes"),
          "route replace %s/32 via %s\nroute replace %s/32 via %s\n"
              .formatted(topology.clientHost().address4(), front, WireGuardFiles.SERVICE, front));
    }
  }

  /** Which clients belong to which of the two. */
  private void writeFront(Host front) {
    StringBuilder lanes = new StringBuilder();
    for (int number = 1; number <= Topology.PAIR; number++) {
      lanes.append(
          "%s 198.19.%d.0/24 %s\n"
              .formatted(
                  Client.portsOf(number), number, topology.gateways().get(number - 1).address4()));
    }
    PrivateFiles.write(files.seed(front.name()).resolve("lanes"), lanes.toString());
  }

  private String bootProgram(Host host) {
    if (topology.front().filter(host::equals).isPresent()) {
      return "guest-switch";
    }
    return isGateway(host) ? "guest-gateway" : "guest-clients";
  }

  private boolean isGateway(Host host) {
    return topology.gateways().contains(host);
  }

  private SshKeys hostKey(Host host) {
    SshKeys key = hostKeys.get(host.name());
    if (key == null) {
      throw new IllegalArgumentException(host.name() + " is not of this lab");
    }
    return key;
  }

  private String hostTable() {
    StringBuilder table = new StringBuilder("127.0.0.1 localhost\n::1 localhost\n");
    for (Host host : topology.hosts()) {
      table.append("%s %s\n".formatted(host.address4(), host.name()));
    }
    return table.toString();
  }

  private void copy(String program, Path seed, String as) {
    try {
      PrivateFiles.write(seed.resolve(as), Files.readString(files.program(program)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
