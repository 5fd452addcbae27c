package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.health.Tally;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.rollout.Calendar;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.JournalingLog;
import dev.backstay.rollout.Orders;
import dev.backstay.rollout.Planner;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.Rollout;
import dev.backstay.rollout.Scope;
import dev.backstay.rollout.Spectator;
import dev.backstay.ssh.Connector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Between a plan and an attempt, and between one controller and the next. */
final class TakeoverTest {
  private static final List<Gateway> GATEWAYS = Fixture.gateways(2);

  private static final Spectator NOBODY_LOOKS =
      new Spectator() {
        @Override
        public void written(JournalLine line) {}

        @Override
        public void watched(String gateway, Tally tally, Duration leaseLeft) {}
      };

  private final Path folder = Fixture.folder();

  @AfterEach
  void clear() throws IOException {
    Fixture.empty(folder);
    Files.delete(folder);
  }

  private static Playbook twoPackages() {
    return Fixture.playbook(
        "[1, rest]",
        "packages: {wireguard-dkms: 1.0.1, wireguard-tools: 1.0.1}, activate: reload-module",
        "");
  }

  /**
   * Plans, lets something happen, and carries the plan out.
   *
   * @return every line of the journal
   */
  private List<JournalLine> carriedOut(Consumer<SimulatedFleet> between) {
    return told((fleet, world) -> {
      Connector connector = fleet.connector(world, Effects.none());
      Scope scope = Scope.of(new Planner(connector, world).plan(twoPackages(), GATEWAYS));
      between.accept(fleet);
      try (Journal journal = Journal.create(file(), world.clock(), line -> {})) {
        rollout(scope, connector, fleet, journal, world).run("r", "", "anna");
      }
    });
  }

  private Path file() {
    return folder.resolve("journal");
  }

  private List<JournalLine> told(BiConsumer<SimulatedFleet, VirtualProcess> work) {
    VirtualTime.run(
        18,
        world -> {
          work.accept(
              SimulatedFleet.of(
                  world,
                  18,
                  GATEWAYS,
                  twoPackages().change(),
                  8,
                  Fate.GOOD,
                  new Mishaps(Map.of()),
                  Optional.empty(),
                  Fixture.SECOND),
              world);
          return "";
        });
    return Journal.read(file());
  }

  private static Rollout rollout(
      Scope scope,
      Connector connector,
      SimulatedFleet fleet,
      Journal journal,
      VirtualProcess world) {
    return new Rollout(
        scope,
        Calendar.OPEN,
        Rollout.over(
            "r",
            scope,
            Optional.empty(),
            connector,
            fleet.snapshots(),
            new JournalingLog(journal, NOBODY_LOOKS),
            new SeededRandom(18),
            world),
        journal,
        Orders.NONE,
        world);
  }

  private static <E extends Event> List<E> events(Class<E> kind, List<JournalLine> lines) {
    return lines.stream().map(JournalLine::body).filter(kind::isInstance).map(kind::cast).toList();
  }

  @Test
  void pitfall_18_a_gateway_that_moved_since_the_plan_is_not_changed_and_the_fact_is_named() {
    List<JournalLine> lines =
        carriedOut(fleet -> fleet.machine("gw1").installed.put("wireguard-tools", "1.0.1"));
    assertThat(events(Event.StepBegan.class, lines))
        .extracting(Event.StepBegan::step)
        .containsExactly("preflight");
    assertThat(events(Event.StepEnded.class, lines))
        .singleElement()
        .satisfies(ended -> {
          assertThat(ended.result()).isEqualTo("failed");
          assertThat(ended.detail())
              .isEqualTo(
                  "something moved since the plan was made:"
                      + " the plan has \"package wireguard-tools 0-before → 1.0.1\"");
        });
    assertThat(events(Event.Ended.class, lines))
        .extracting(Event.Ended::result)
        .containsExactly(Result.UNCHANGED);
  }

  @Test
  void a_gateway_that_is_as_the_plan_says_is_changed() {
    assertThat(events(Event.Ended.class, carriedOut(fleet -> {})))
        .extracting(Event.Ended::result)
        .containsExactly(Result.DONE);
  }

  @Test
  void the_epoch_goes_up_with_each_controller_that_takes_over() {
    Trial.Outcome outcome =
        Fixture.trial(3, 2, "[1, rest]", folder)
            .killed(
                new Trial.Kill(new Death.AfterLine(12), Duration.ZERO),
                new Trial.Kill(new Death.AfterLine(3), Duration.ZERO),
                new Trial.Kill(new Death.AfterLine(5), Duration.ZERO))
            .run();
    assertThat(outcome.result()).isPresent();
    long first = events(Event.Started.class, outcome.lines()).getFirst().epoch();
    assertThat(events(Event.Resumed.class, outcome.lines()))
        .extracting(Event.Resumed::epoch)
        .containsExactlyElementsOf(LongStream.rangeClosed(first + 1, first + 3).boxed().toList());
  }

  /** Whoever takes over knows the plan, and that names the epoch in which it was made. */
  @Test
  void the_epoch_goes_up_also_where_the_plan_of_the_next_controller_names_the_old_one() {
    List<Long> epochs = new ArrayList<>();
    List<JournalLine> lines =
        told((fleet, world) -> {
          Connector connector = fleet.connector(world, Effects.none());
          Scope scope = Scope.of(new Planner(connector, world).plan(twoPackages(), GATEWAYS));
          try (Journal journal = Journal.create(file(), world.clock(), line -> {})) {
            journal.append(
                new Event.Started(
                    Journal.FORMAT,
                    "r",
                    "simulated",
                    "",
                    List.of(List.of("gw1"), List.of("gw2")),
                    scope.epoch(),
                    "anna"));
          }
          try (Journal journal = Journal.reopen(file(), world.clock(), line -> {})) {
            rollout(scope, connector, fleet, journal, world).resume("bob", Optional.empty());
          }
          epochs.add(scope.epoch());
          fleet.machines().forEach(machine -> epochs.add(machine.epoch));
        });
    long planned = epochs.getFirst();
    assertThat(events(Event.Resumed.class, lines))
        .extracting(Event.Resumed::epoch)
        .containsExactly(planned + 1);
    assertThat(epochs).as("what the gateways heard").endsWith(planned + 1, planned + 1);
    assertThat(events(Event.Ended.class, lines))
        .extracting(Event.Ended::result)
        .containsExactly(Result.DONE);
  }
}
