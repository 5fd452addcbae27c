package dev.backstay.cli;

import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.inventory.Inventory;
import dev.backstay.inventory.InventoryReader;
import dev.backstay.ssh.Connector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Facts of every gateway of an inventory, several times in one process: the first round dials, the
 * others go over the sessions that live, as all steps of a rollout after the first do.
 */
final class LiveFacts {
  private static final int ROUNDS = 3;

  private LiveFacts() {}

  /**
   * @param arguments the inventory, and the file that each round's milliseconds are appended to
   */
  public static void main(String[] arguments) throws IOException {
    Inventory inventory =
        new InventoryReader(Path.of(System.getProperty("user.home"))).read(Path.of(arguments[0]));
    try (Connector connector = Wiring.connector()) {
      for (int round = 0; round <= ROUNDS; round++) {
        long start = System.nanoTime();
        EachOf.atOnce(
            inventory.gateways(),
            gateway -> new GatewayPrograms(connector.shared(gateway.target())).facts(Set.of()),
            (gateway, facts) -> {});
        String name =
            round == 0 ? "backstay, the first round of several" : "backstay facts, live sessions";
        long millis = (System.nanoTime() - start) / 1_000_000;
        Files.writeString(
            Path.of(arguments[1]),
            "%s\t%d%n".formatted(name, millis),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        System.err.printf("  %-36s %7d ms%n", name, millis);
      }
    }
  }
}
