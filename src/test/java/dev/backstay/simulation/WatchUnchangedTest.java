package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.gateway.GatewayLostException;
import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.problem.ProblemException;
import dev.backstay.transaction.Probes;
import dev.backstay.transaction.WatchUnchanged;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A gateway is looked at as by a rollout, and stays as it is. */
final class WatchUnchangedTest {
  private static final int CLIENTS = 12;

  /**
   * @param second after the beginning, at which something happens on the gateway
   */
  private static <T> T world(
      int second, Consumer<Machine> meanwhile, BiFunction<SimulatedFleet, WatchUnchanged, T> work) {
    return VirtualTime.run(
        24,
        world -> {
          SimulatedFleet fleet =
              SimulatedFleet.of(
                  world,
                  24,
                  Fixture.gateways(1),
                  Fixture.playbook("[1]").change(),
                  CLIENTS,
                  Fate.GOOD,
                  new Mishaps(Map.of()),
                  Optional.empty(),
                  Fixture.SECOND);
          Machine machine = fleet.machines().getFirst();
          world.start(
              "meanwhile",
              () -> {
                try {
                  world.sleep(Duration.ofSeconds(second));
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                machine.alone(() -> meanwhile.accept(machine));
              });
          return work.apply(
              fleet,
              new WatchUnchanged(
                  fleet.connector(world, Effects.none()),
                  "calibrate",
                  Duration.ofSeconds(10),
                  Duration.ofSeconds(240),
                  Probes.NONE,
                  world));
        });
  }

  private static Tally look(WatchUnchanged watch) {
    return watch.look(Fixture.gateways(1).getFirst());
  }

  @Test
  void whoever_is_heard_again_is_well_and_nothing_is_changed() {
    Tally tally =
        world(
            20,
            new Mishap.TimerStopped()::strike,
            (fleet, watch) -> {
              Tally seen = look(watch);
              assertThat(fleet.machines().getFirst().programs).isEmpty();
              assertThat(fleet.witness().seen())
                  .extracting(Witness.Seen::what)
                  .isSubsetOf(List.of(Witness.What.MISHAP));
              return seen;
            });
    assertThat(tally.eligible()).isEqualTo(CLIENTS);
    assertThat(tally.allBack()).isTrue();
  }

  @Test
  void a_gateway_that_stops_telling_is_no_measurement() {
    assertThatThrownBy(
            () -> world(20, new Mishap.Unreachable()::strike, (fleet, watch) -> look(watch)))
        .hasRootCauseInstanceOf(GatewayLostException.class);
  }

  @Test
  void a_gateway_that_restarts_meanwhile_is_no_measurement() {
    assertThatThrownBy(() ->
            world(
                20,
                new Mishap.PowerCut(Duration.ofSeconds(5))::strike,
                (fleet, watch) -> look(watch)))
        .rootCause()
        .isInstanceOfAny(ProblemException.class, GatewayLostException.class);
  }

  @Test
  void a_gateway_on_which_somebody_works_meanwhile_is_no_measurement() {
    assertThatThrownBy(
            () -> world(20, machine -> machine.loaded = "another", (fleet, watch) -> look(watch)))
        .rootCause()
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("somebody changed it meanwhile: the loaded module is another");
  }

  @Test
  void who_was_active_and_is_not_heard_again_is_counted() {
    // They send each second: struck between the end of the baseline and their next packet, many are
    // not heard again; sooner they are not active, and later they are well.
    List<Integer> failed =
        IntStream.rangeClosed(9, 16)
            .map(second ->
                world(second, new Mishap.ClientsFail()::strike, (fleet, watch) -> look(watch))
                    .count(PeerState.FAILED))
            .boxed()
            .toList();
    assertThat(failed).anyMatch(count -> count >= CLIENTS / 2).last().isEqualTo(0);
  }
}
