package dev.backstay.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes what each host finds at {@code /run/lab-seed} when it boots: the program {@code boot}, its
 * name, its keys, its WireGuard files. All keys of a lab are made here and are known to nobody
 * else.
 */
final class Seeds {
  private static final List<String> GUEST_PROGRAMS =
      List.of("guest-common", "guest-handshakes", "guest-traffic", "guest-clock", "guest-disk");

  private final LabFiles files;
  private final Topology topology;
  private final SecureRandom random;
  private final SshKeys user;
  private final Map<String, SshKeys> hostKeys = new LinkedHashMap<>();

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
    for (int number = 1; number <= topology.gateways().size(); number++) {
      writeWireGuard(number, topology.clientsOf(number));
    }
  }

  private void writeCommon(Host host) {
    Path seed = files.seed(host.name());
    PrivateFiles.directory(seed);
    copy(isGateway(host) ? "guest-gateway" : "guest-clients", seed, "boot");
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

  private void writeWireGuard(int number, List<Client> clients) {
    Host gateway = topology.gateways().get(number - 1);
    WireGuardKeys gatewayKeys = WireGuardKeys.generate(random);
    Path clientSeed = files.seed(topology.clientHost().name()).resolve("wireguard");
    StringBuilder config =
        new StringBuilder(WireGuardFiles.gatewayInterface(number, gatewayKeys.privateKey()));
    for (Client client : clients) {
      WireGuardKeys keys = WireGuardKeys.generate(random);
      String preshared = client.preshared() ? WireGuardKeys.presharedKey(random) : "";
      config.append(WireGuardFiles.gatewayPeer(client, keys.publicKey(), preshared));
      PrivateFiles.write(
          clientSeed.resolve(client.name()),
          WireGuardFiles.client(
              client, keys.privateKey(), gatewayKeys.publicKey(), preshared, gateway.address4()));
    }
    PrivateFiles.write(files.seed(gateway.name()).resolve("wg0.conf"), config.toString());
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
