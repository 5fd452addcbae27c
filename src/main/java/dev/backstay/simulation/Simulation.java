package dev.backstay.simulation;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Result;
import dev.backstay.simulation.Witness.What;
import dev.backstay.ssh.Target;
import dev.backstay.transaction.Ending;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A playbook carried out on a fleet that does not exist, to see what its waves and gates would have
 * caught. The engine is the real one; the gateways are a model, of which {@code ConformanceTest}
 * proves that it speaks as the programs do.
 *
 * @param clients of each gateway, at least 1
 * @param seed of all chance: the same one makes the same runs
 * @param folder for the journals of the runs
 */
public record Simulation(
    Playbook playbook,
    List<Gateway> gateways,
    int clients,
    List<Fault> faults,
    long seed,
    Path folder) {
  /** Up to so many gateways, their collectors speak each second, as real ones do. */
  private static final int SMALL = 200;

  private static final Duration SELDOM = Duration.ofSeconds(5);

  /**
   * One run.
   *
   * @param result empty if the controller was killed before it knew
   * @param waves sizes of the waves that began
   * @param planned how many waves there would have been
   * @param stopped the number of the wave that failed; empty if none did
   * @param reason why, as the journal has it
   * @param touched gateways that were changed at some time
   * @param cutOff clients that lost their connection to a changed gateway, and did not get it back
   *     while it was changed
   * @param lost clients that are without one at the end
   * @param changed gateways that have the new version at the end
   * @param reverted gateways that were changed, and are in their old state again
   * @param attention gateways whose change could not be undone
   * @param unheard gateways of which the controller could not tell what became of them
   * @param took in the simulated world
   * @param broken laws of every rollout that were broken: an error of Backstay itself
   */
  public record Run(
      long seed,
      Optional<Result> result,
      List<Integer> waves,
      int planned,
      Optional<Integer> stopped,
      String reason,
      int touched,
      int cutOff,
      int lost,
      int changed,
      int reverted,
      int attention,
      int unheard,
      Duration took,
      List<String> broken) {}

  public Simulation {
    gateways = List.copyOf(gateways);
    faults = List.copyOf(faults);
  }

  /** Gateways that only have a name. */
  public static List<Gateway> gateways(int count) {
    int digits = Integer.toString(count).length();
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> ("gw%0" + digits + "d").formatted(i))
        .map(Simulation::host)
        .toList();
  }

  /** A host that only has a name. */
  static Gateway host(String name) {
    return new Gateway(
        name,
        new Target(name, name + ".invalid", 22, "root", List.of(), Path.of("none"), List.of()),
        Set.of(),
        "");
  }

  /**
   * @param number from 0; each run draws anew who is struck
   * @throws ProblemException {@code not-simulated}: the playbook changes what the model has not
   */
  public Run run(int number) {
    Outfit.check(playbook);
    long drawn = new Random(seed + 1_000_003L * number).nextLong() >>> 1;
    return told(drawn, trial(drawn).run());
  }

  private Trial trial(long drawn) {
    boolean dies = Fault.share(faults, Fault.Kind.CONTROLLER) > 0;
    return new Trial(
        drawn,
        playbook,
        gateways,
        clients,
        new DrawnFate(
            drawn,
            Fault.share(faults, Fault.Kind.BROKEN),
            Fault.share(faults, Fault.Kind.NO_LOAD),
            Fault.share(faults, Fault.Kind.LOSS),
            Fault.share(faults, Fault.Kind.STALL),
            Fault.share(faults, Fault.Kind.CHURN)),
        new DrawMishaps(faults, drawn).of(gateways),
        List.of(),
        dies ? List.of(new Trial.Kill(new Death.InSomeWave(), Duration.ZERO)) : List.of(),
        gateways.size() <= SMALL ? Duration.ofSeconds(1) : SELDOM,
        folder);
  }

  private static Run told(long drawn, Trial.Outcome outcome) {
    List<Integer> waves = new ArrayList<>();
    Optional<Integer> stopped = Optional.empty();
    String reason = outcome.refused().orElse("");
    Set<String> touched = new HashSet<>();
    Set<String> unheard = new HashSet<>();
    for (Witness.Seen seen : outcome.seen()) {
      // What stands in front of them is not one of them.
      if (seen.what() == What.APPLY && outcome.ends().containsKey(seen.gateway())) {
        touched.add(seen.gateway());
      }
      Optional<Event> event = seen.event();
      if (event.isPresent() && event.get() instanceof Event.WaveStarted wave) {
        waves.add(wave.gateways().size());
      }
      if (event.isPresent() && event.get() instanceof Event.GatewayEnded end) {
        if (end.ending().equals(Ending.UNKNOWN.word())) {
          unheard.add(end.gateway());
        } else {
          unheard.remove(end.gateway());
        }
      }
      if (event.isPresent() && event.get() instanceof Event.WaveJudged wave && !wave.passed()) {
        stopped = Optional.of(wave.wave());
        reason = wave.reason();
      }
    }
    int changed = (int) outcome.ends().values().stream().filter(Trial.End::changed).count();
    int attention =
        (int)
            outcome.ends().values().stream()
                .filter(end -> end.lease().equals("revert-failed"))
                .count();
    return new Run(
        drawn,
        outcome.result(),
        waves,
        outcome.waves().size(),
        stopped,
        reason,
        touched.size(),
        outcome.ends().values().stream().mapToInt(Trial.End::cutOff).sum(),
        outcome.ends().values().stream().mapToInt(Trial.End::lost).sum(),
        changed,
        touched.size() - changed,
        attention,
        unheard.size(),
        outcome.took(),
        Laws.brokenBy(outcome));
  }
}
