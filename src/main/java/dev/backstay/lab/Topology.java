package dev.backstay.lab;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Who is in a lab of a given size. */
record Topology(List<Host> gateways, Host clientHost, List<Client> clients) {
  static Topology of(LabOptions options, SecureRandom random) {
    List<Host> gateways = new ArrayList<>();
    List<Client> clients = new ArrayList<>();
    for (int gateway = 1; gateway <= options.gateways(); gateway++) {
      byte[] machineId = new byte[16];
      random.nextBytes(machineId);
      gateways.add(
          Host.gateway(
              gateway,
              options.unwritableGrubenv().contains("gw" + gateway)
                  ? Loader.GRUB_READ_ONLY
                  : Loader.GRUB,
              options.clientsPerGateway(),
              HexFormat.of().formatHex(machineId)));
      clients.addAll(clientsOf(gateway, options.clientsPerGateway()));
    }
    return new Topology(List.copyOf(gateways), Host.clientHost(), List.copyOf(clients));
  }

  private static List<Client> clientsOf(int gateway, int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> new Client(gateway, number, number * 2 <= count))
        .toList();
  }

  List<Host> hosts() {
    return Stream.concat(gateways.stream(), Stream.of(clientHost)).toList();
  }

  List<Client> clientsOf(int gateway) {
    return clients.stream().filter(client -> client.gateway() == gateway).toList();
  }
}
