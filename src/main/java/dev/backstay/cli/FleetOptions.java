package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.Inventory;
import dev.backstay.inventory.InventoryReader;
import dev.backstay.inventory.Selection;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options that say which inventory is meant and how many gateways {@code all} is. */
final class FleetOptions {
  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "FILE",
      description = "Default: the only file in inventories/.")
  private Optional<Path> inventory = Optional.empty();

  @Option(
      names = "--all",
      paramLabel = "COUNT",
      description = "Needed for `select: all`: how many gateways that is.")
  private Optional<Integer> all = Optional.empty();

  Inventory inventory(WorkingDirectory here) {
    return new InventoryReader(Path.of(System.getProperty("user.home")))
        .read(here.inventory(inventory));
  }

  List<Gateway> select(Inventory from, List<String> terms) {
    OptionalInt count = all.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    return Selection.parse(terms).resolve(from, count);
  }
}
