package dev.backstay.drill;

import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.Inventory;
import dev.backstay.inventory.InventoryReader;
import dev.backstay.lab.ClientTraffic;
import dev.backstay.lab.Lab;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalLine;
import dev.backstay.ssh.Command;
import dev.backstay.ssh.Connector;
import dev.backstay.ssh.Outcome;
import dev.backstay.ssh.Shell;
import dev.backstay.ssh.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The working directory, the gateways and the commands of one demo. */
final class Stage {
  static final String PACKAGE = "backstay-lab-wireguard";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String MARK =
      "dpkg-query -W -f '${Version}\\n' "
          + PACKAGE
          + " && cat /sys/module/wireguard/srcversion"
          + " && cat /var/lib/backstay/lease/state /var/lib/backstay/lease/lease";

  private final Path folder;
  private final List<String> backstay;
  private final Inventory inventory;
  private final Connector connector;
  private final Lab lab;

  /**
   * @param folder an empty working directory
   * @param backstay the words that start the command {@code backstay} itself
   * @param inventoryFile of the lab
   */
  Stage(Path folder, List<String> backstay, Path inventoryFile, Connector connector, Lab lab) {
    this.folder = folder;
    this.backstay = List.copyOf(backstay);
    this.inventory =
        new InventoryReader(Path.of(System.getProperty("user.home"))).read(inventoryFile);
    this.connector = connector;
    this.lab = lab;
  }

  /** Starts {@code backstay WORDS…} in the demo's working directory, on this terminal. */
  Process start(String... words) {
    List<String> command = new ArrayList<>(backstay);
    command.addAll(List.of(words));
    try {
      return new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int run(String... words) throws InterruptedException {
    return start(words).waitFor();
  }

  Process apply(Act act) {
    return start(
        "apply",
        "--yes",
        "-i",
        inventory.source(),
        folder.resolve("playbooks").resolve(act.playbook()).toString());
  }

  /** Ids of the rollouts made so far. */
  Set<String> rollouts() {
    Path rollouts = folder.resolve(".backstay/rollouts");
    if (!Files.isDirectory(rollouts)) {
      return Set.of();
    }
    try (Stream<Path> entries = Files.list(rollouts)) {
      return Set.copyOf(entries.map(entry -> entry.getFileName().toString()).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rollout that was not there before; empty while it has no journal. */
  Optional<String> rolloutSince(Set<String> before) {
    return rollouts().stream()
        .filter(id -> !before.contains(id))
        .filter(id -> Files.exists(journal(id)))
        .findFirst();
  }

  List<JournalLine> lines(String rollout) {
    return Journal.read(journal(rollout));
  }

  private Path journal(String rollout) {
    return folder.resolve(".backstay/rollouts").resolve(rollout).resolve("journal.jsonl");
  }

  List<String> gateways() {
    return inventory.gateways().stream().map(Gateway::name).toList();
  }

  GatewayPrograms programs(String gateway) {
    return new GatewayPrograms(connector.shared(target(gateway)));
  }

  Shell shell(String gateway) {
    return connector.shared(target(gateway));
  }

  private Target target(String gateway) {
    return inventory.gateways().stream()
        .filter(g -> g.name().equals(gateway))
        .findFirst()
        .orElseThrow()
        .target();
  }

  /**
   * What must not change on a gateway that a rollout leaves alone: version, module, whose lease it
   * was. Asked with one short command, since a busy guest starts processes slowly.
   */
  String mark(String gateway) {
    Outcome outcome = shell(gateway).run(Command.of(MARK).within(PATIENCE));
    if (outcome instanceof Outcome.Exited exited && exited.ok()) {
      return exited.output().strip().replace('\n', ' ');
    }
    throw new ProblemException("no-mark", gateway, "does not say how it is: " + outcome, "");
  }

  /** The srcversion of the module that a gateway runs. */
  String module(String gateway) {
    return programs(gateway).facts(Set.of()).moduleLoaded();
  }

  /** What a gateway's clients have sent and received since the lab came up. */
  Pings pings(String gateway) {
    long sent = 0;
    long received = 0;
    for (ClientTraffic client : lab.traffic()) {
      if (client.gateway().equals(gateway)) {
        sent += client.sent();
        received += client.received();
      }
    }
    return new Pings(sent, received);
  }
}
