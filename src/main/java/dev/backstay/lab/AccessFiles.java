package dev.backstay.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files that say how to reach the gateways: an inventory, and what SSH needs beside it. */
record AccessFiles(Path directory) {
  private static final List<String> NAMES =
      List.of("ssh_config", "known_hosts", "id_ed25519", "inventory.yaml");

  Path sshConfig() {
    return directory.resolve("ssh_config");
  }

  void write(Topology topology, Seeds seeds) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PrivateFiles.write(directory.resolve("id_ed25519"), seeds.user().privateFile());
    PrivateFiles.write(directory.resolve("known_hosts"), seeds.knownHosts());
    PrivateFiles.write(sshConfig(), sshConfig(topology));
    PrivateFiles.write(directory.resolve("inventory.yaml"), inventory(topology));
  }

  /** Removes what {@link #write} wrote, and the directory if nothing else is in it. */
  void remove() {
    NAMES.forEach(name -> PrivateFiles.removeFile(directory.resolve(name)));
    PrivateFiles.removeIfEmpty(directory);
  }

  private String sshConfig(Topology topology) {
    StringBuilder text = new StringBuilder();
    for (Host host : topology.hosts()) {
      text.append("Host %s\n  HostName %s\n".formatted(host.name(), host.address4()));
    }
    // Paths are absolute: ssh reads relative ones against the current directory.
    text.append(
        """
        Host *
          User root
          IdentityFile "%1$s/id_ed25519"
          IdentitiesOnly yes
          UserKnownHostsFile "%1$s/known_hosts"
          GlobalKnownHostsFile none
          StrictHostKeyChecking yes
          BatchMode yes
          LogLevel ERROR
        """
            .formatted(directory));
    return text.toString();
  }

  private static String inventory(Topology topology) {
    StringBuilder text =
        new StringBuilder(
            """
            kind: Inventory
            ssh: {user: root, identity: id_ed25519, knownHosts: known_hosts}
            gateways:
            """);
    for (Host gateway : topology.gateways()) {
      int number = topology.gateways().indexOf(gateway) + 1;
      text.append(
          "  %s: {host: %s, tags: [edge], site: lab%s}\n"
              .formatted(
                  gateway.name(),
                  gateway.address4(),
                  topology.isOfPair(number) ? ", pair: a" : ""));
    }
    topology
        .front()
        .ifPresent(front ->
            text.append("traffic:\n  %s: {host: %s}\n".formatted(front.name(), front.address4())));
    return text.toString();
  }
}
