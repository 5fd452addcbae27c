package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.Inventory;
import dev.backstay.inventory.InventoryReader;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.OrderWord;
import dev.backstay.rollout.PlanFile;
import dev.backstay.rollout.RestorePlan;
import dev.backstay.rollout.RolloutState;
import dev.backstay.rollout.SavedPlan;
import dev.backstay.rollout.Scope;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.Vault;
import dev.backstay.ssh.Connector;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Goes on with a rollout whose controller is gone, or speaks to the one that runs it. */
final class TakeOver {
  private final WorkingDirectory here;
  private final Person person;
  private final String id;
  private final PrintWriter out;
  private final PrintWriter err;

  TakeOver(WorkingDirectory here, Person person, String id, PrintWriter out, PrintWriter err) {
    this.here = here;
    this.person = person;
    this.id = here.known(id);
    this.out = out;
    this.err = err;
  }

  /** Whether a controller runs it now; then it is told, and does the rest. */
  boolean told(OrderWord word, String reason) {
    RolloutFolder folder = here.rollout(id);
    if (!folder.isRunning()) {
      return false;
    }
    folder.orders().give(new Event.Ordered(word, person.toString(), reason));
    out.println("Told the controller of %s. Look at it with: backstay report %s".formatted(id, id));
    return true;
  }

  /**
   * @param inventory nothing for the one that the plan was made with
   * @param identity to read back snapshots that are still to be taken
   * @param order what is wanted of it beyond going on
   */
  ExitCode goOn(
      Optional<Path> inventory,
      Optional<Identity> identity,
      Optional<Event.Ordered> order,
      boolean json) {
    RolloutState state = RolloutState.fold(Journal.read(here.rollout(id).journal()));
    refuseIfOver(state, order);
    SavedPlan saved = PlanFile.read(here.rollout(id).plan());
    Scope scope = scope(saved, state, inventory);
    Vault vault = Wiring.vault(here);
    try (VaultEnd _ = new VaultEnd(vault, err);
        Connector connector = Wiring.connector()) {
      return new RolloutRun(here, person, out, json)
          .goOn(
              id,
              scope,
              new RolloutRun.Means(
                  here.calendar(),
                  Optional.empty(),
                  connector,
                  Wiring.snapshots(vault, identity),
                  Wiring.probes(here, identity)),
              order);
    }
  }

  private void refuseIfOver(RolloutState state, Optional<Event.Ordered> order) {
    boolean rollback = order.filter(one -> one.order() == OrderWord.ROLLBACK).isPresent();
    if (state.started().isEmpty()) {
      throw new ProblemException(
          "rollout-empty",
          id,
          "the controller died before it began, and nothing was changed",
          "apply the plan again");
    }
    state.gateways().entrySet().stream()
        .filter(one -> rollback && one.getValue().released())
        .findFirst()
        .ifPresent(one -> {
          throw new ProblemException(
              "old-let-go",
              id,
              "%s took over its clients for good, and the gateway that had them was let go: nobody is sent there any more"
                  .formatted(one.getKey()),
              "if it could have them again, make that a takeover of its own: select it, and take over from "
                  + one.getKey());
        });
    state
        .end()
        .filter(end -> !rollback)
        .ifPresent(end -> {
          throw new ProblemException(
              "rollout-ended",
              id,
              "this rollout has ended: " + end.result().words(),
              "backstay report %s tells how; backstay rollback %s takes back what it changed"
                  .formatted(id, id));
        });
  }

  private Scope scope(SavedPlan saved, RolloutState state, Optional<Path> named) {
    Path file = named.orElse(Path.of(saved.inventory().file()));
    Inventory inventory = new InventoryReader(Path.of(System.getProperty("user.home"))).read(file);
    Map<String, Gateway> gateways = new TreeMap<>();
    inventory.gateways().forEach(gateway -> gateways.put(gateway.name(), gateway));
    List<Problem> gone = new ArrayList<>();
    state.gateways().keySet().stream()
        .filter(name -> !gateways.containsKey(name))
        .forEach(name ->
            gone.add(
                new Problem(
                    "gateway-gone",
                    name,
                    "this gateway of the rollout is not in %s any more".formatted(file),
                    "put it back, or name the inventory with -i")));
    if (!gone.isEmpty()) {
      throw new ProblemException(gone);
    }
    Playbook playbook = here.calibrations().ifThereIsOne(playbook(saved, state));
    return Scope.of(
        saved, playbook, gateways, state.epoch() + 1, PlanSource.front(playbook, inventory));
  }

  /** A restore has none; to take one back the limits of all restores are enough. */
  private static Playbook playbook(SavedPlan saved, RolloutState state) {
    return saved.playbook().text().isEmpty()
        ? RestorePlan.toTakeBack(state.gateways().keySet().iterator().next())
        : PlaybookReader.read(saved.playbook().file(), saved.playbook().text());
  }
}
