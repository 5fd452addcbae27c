package dev.backstay.rollout;

import dev.backstay.change.GatewayChange;
import dev.backstay.change.KnownTrouble;
import dev.backstay.gateway.Facts;
import dev.backstay.inventory.Front;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.regression.KnownRegressions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A playbook resolved against facts of real gateways.
 *
 * @param gateways one entry for each that is selected, in inventory order, also where nothing is to
 *     do
 * @param waves the gateways that change
 * @param epoch higher than any that a selected gateway has seen, so that this controller fences off
 *     those before it
 * @param front what sends their clients elsewhere while they are worked on
 * @param control gateways that are held back to the last waves, and watched until then
 */
public record Plan(
    Playbook playbook,
    List<Planned> gateways,
    List<Wave> waves,
    long epoch,
    Front front,
    List<String> control) {
  /**
   * One gateway, what it is now, and what will change on it.
   *
   * @param facts as they were when the plan was made
   * @param known when the gateway told them, if that was before it was planned for
   * @param troubles that are known with what it is changed to
   */
  public record Planned(
      Gateway gateway,
      Facts facts,
      GatewayChange change,
      Optional<Instant> known,
      List<KnownTrouble> troubles) {
    public Planned {
      troubles = List.copyOf(troubles);
    }

    /** Held against the table of known regressions, if anything is to be done. */
    static Planned of(Gateway gateway, Facts facts, GatewayChange change, Optional<Instant> known) {
      List<KnownTrouble> troubles =
          change.nothingToDo()
              ? List.of()
              : KnownTrouble.of(KnownRegressions.shipped(), facts, change);
      return new Planned(gateway, facts, change, known, troubles);
    }

    public String name() {
      return gateway.name();
    }

    List<String> sentences() {
      return troubles.stream().map(trouble -> trouble.row().sentence()).toList();
    }
  }

  public Plan {
    gateways = List.copyOf(gateways);
    waves = List.copyOf(waves);
    control = List.copyOf(control);
  }

  public boolean nothingToDo() {
    return waves.isEmpty();
  }

  /** How many gateways change. */
  public int size() {
    return waves.stream().mapToInt(wave -> wave.choices().size()).sum();
  }

  /** The gateways of each wave. */
  public List<List<String>> waveNames() {
    return waves.stream().map(Wave::gateways).toList();
  }

  /** The same plan with the waves of one that was made before, for an epoch of its own. */
  public Plan inWavesOf(SavedPlan before) {
    return new Plan(playbook, gateways, before.waves(), epoch, front, before.control());
  }
}
