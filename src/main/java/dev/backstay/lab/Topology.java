package dev.backstay.lab;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Who is in a lab of a given size.
 *
 * @param front the switch in front of gw1 and gw2, if they are a pair
 */
record Topology(List<Host> gateways, Optional<Host> front, Host clientHost, List<Client> clients) {
  /** So many gateways are a pair. */
  static final int PAIR = 2;

  static Topology of(LabOptions options, SecureRandom random) {
    List<Host> gateways = new ArrayList<>();
    List<Client> clients = new ArrayList<>();
    for (int gateway = 1; gateway <= options.gateways(); gateway++) {
      gateways.add(
          Host.gateway(
              gateway,
              options.unwritableGrubenv().contains("gw" + gateway)
                  ? Loader.GRUB_READ_ONLY
                  : Loader.GRUB,
              options.clientsPerGateway(),
              machineId(random)));
      clients.addAll(clientsOf(gateway, options.clientsPerGateway()));
    }
    return new Topology(
        List.copyOf(gateways),
        options.pair() ? Optional.of(Host.front(machineId(random))) : Optional.empty(),
        Host.clientHost(),
        List.copyOf(clients));
  }

  private static String machineId(SecureRandom random) {
    byte[] machineId = new byte[16];
    random.nextBytes(machineId);
    return HexFormat.of().formatHex(machineId);
  }

  /** Whether a gateway is one of those behind the switch. */
  boolean isOfPair(int gateway) {
    return front.isPresent() && gateway <= PAIR;
  }

  /** Who may come to a gateway: of a pair, the clients of both. */
  List<Client> peersOf(int gateway) {
    return clients.stream()
        .filter(client ->
            client.gateway() == gateway || (isOfPair(gateway) && isOfPair(client.gateway())))
        .toList();
  }

  private static List<Client> clientsOf(int gateway, int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> new Client(gateway, number, number * 2 <= count))
        .toList();
  }

  List<Host> hosts() {
    return Stream.of(gateways.stream(), front.stream(), Stream.of(clientHost))
        .flatMap(hosts -> hosts)
        .toList();
  }

  List<Client> clientsOf(int gateway) {
    return clients.stream().filter(client -> client.gateway() == gateway).toList();
  }
}
