package dev.backstay.cli;

import dev.backstay.inventory.Front;
import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.Inventory;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.playbook.Traffic;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.PlanFile;
import dev.backstay.rollout.Planner;
import dev.backstay.rollout.SavedPlan;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import dev.backstay.transaction.Probes;
import dev.backstay.transaction.ProvisionedProbes;
import dev.backstay.transaction.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A playbook or a saved plan, as it was named on the command line, with the gateways it selects.
 *
 * @param saved the plan that was named; nothing for a playbook
 */
record PlanSource(
    Playbook playbook, SavedPlan.Source text, Inventory inventory, Optional<SavedPlan> saved) {

  /**
   * @param file a playbook, or a saved plan, which ends in {@code .json}
   * @throws ProblemException with every mistake in it
   */
  static PlanSource read(Path file, FleetOptions fleet, WorkingDirectory here) {
    if (!PlanFile.isNamedLikeOne(file)) {
      Playbook playbook = here.calibrations().require(PlaybookReader.read(file), now());
      return new PlanSource(playbook, source(file, true), fleet.inventory(here), Optional.empty());
    }
    return of(PlanFile.read(file), fleet, here);
  }

  /**
   * A playbook that was made here and is in no file.
   *
   * @param name by which it is called
   */
  static PlanSource made(String name, String text, Inventory inventory) {
    return new PlanSource(
        PlaybookReader.read(name, text),
        new SavedPlan.Source(name, Sha256.hex(text.getBytes(StandardCharsets.UTF_8)), text),
        inventory,
        Optional.empty());
  }

  /** The plan's own copy of the playbook is carried out, whatever became of the file. */
  static PlanSource of(SavedPlan saved, FleetOptions fleet, WorkingDirectory here) {
    if (saved.playbook().text().isEmpty()) {
      throw new ProblemException(
          "not-from-a-playbook",
          saved.id(),
          "this plan was not made from a playbook, so it can only be taken back",
          "run what made it again");
    }
    Playbook playbook =
        here.calibrations()
            .require(PlaybookReader.read(saved.playbook().file(), saved.playbook().text()), now());
    if (!saved.calibratedLike(playbook)) {
      throw new ProblemException(
          "plan-stale",
          saved.id(),
          "what is ordinary was measured anew since this plan was made",
          "plan again: backstay plan");
    }
    return new PlanSource(playbook, saved.playbook(), fleet.inventory(here), Optional.of(saved));
  }

  private static Instant now() {
    return Time.real().clock().instant();
  }

  private static SavedPlan.Source source(Path file, boolean keepText) {
    try {
      String text = Files.readString(file);
      byte[] bytes = Files.readAllBytes(file);
      return new SavedPlan.Source(file.toString(), Sha256.hex(bytes), keepText ? text : "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Asks the gateways.
   *
   * @param memory of those that need not be asked
   * @param probes whose peers are no clients
   */
  Plan plan(FleetOptions fleet, Connector connector, Planner.Memory memory, Probes probes) {
    List<Gateway> gateways = fleet.select(inventory, playbook);
    return new Planner(connector, memory, Time.real())
        .knowing(probes)
        .plan(playbook, gateways, front(playbook, inventory));
  }

  /**
   * Whether every gateway can be probed from here, if the playbook wants that.
   *
   * @throws ProblemException {@code no-probe-peer} and others, of every gateway that cannot
   */
  void requireProbes(FleetOptions fleet, ProvisionedProbes probes) {
    if (playbook.gates().probe()) {
      probes.require(fleet.select(inventory, playbook).stream().map(Gateway::name).toList());
    }
  }

  /** What the playbook asks to send clients elsewhere. */
  static Front front(Playbook playbook, Inventory inventory) {
    return playbook.traffic().map(traffic -> front(traffic, inventory)).orElse(Front.NONE);
  }

  private static Front front(Traffic traffic, Inventory inventory) {
    Front front = Front.named(traffic.hosts(), traffic.hostsAt(), inventory);
    return traffic
        .takeover()
        .map(takeover -> front.takingOverFrom(takeover.from(), takeover.fromAt(), inventory))
        .orElse(front);
  }

  /** As it is kept. */
  SavedPlan toKeep(Plan plan, Person author) {
    return SavedPlan.of(
        plan, text, source(Path.of(inventory.source()), false), author.toString(), now());
  }

  /** Whether the file has another content than the plan that was made from it. */
  boolean fileWasEdited() {
    Path file = Path.of(text.file());
    return saved.isPresent()
        && !(Files.exists(file) && source(file, false).sha256().equals(text.sha256()));
  }
}
