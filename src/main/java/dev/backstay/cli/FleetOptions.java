package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.Inventory;
import dev.backstay.inventory.InventoryReader;
import dev.backstay.inventory.Selection;
import dev.backstay.playbook.Playbook;
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

  /** Without a command line. */
  static FleetOptions with(Path inventory) {
    FleetOptions options = new FleetOptions();
    options.inventory = Optional.of(inventory);
    return options;
  }

  Inventory inventory(WorkingDirectory here) {
    return new InventoryReader(Path.of(System.getProperty("user.home")))
        .read(here.inventory(inventory));
  }

  /** The gateways that a playbook selects. */
  List<Gateway> select(Inventory from, Playbook playbook) {
    return select(from, Selection.parse(playbook.selectedAt(), playbook.select()));
  }

  /** The gateways that are named on the command line. */
  List<Gateway> select(Inventory from, List<String> terms) {
    return select(from, Selection.parse("command line", terms));
  }

  private List<Gateway> select(Inventory from, Selection selection) {
    return selection.resolve(from, all.map(OptionalInt::of).orElseGet(OptionalInt::empty));
  }
}
