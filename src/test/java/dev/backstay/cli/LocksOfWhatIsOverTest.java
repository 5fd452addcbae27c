package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.rollout.Event;
import dev.backstay.rollout.GatewayLocks;
import dev.backstay.rollout.GatewayLocks.Lock;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks that a controller left which died when there was nothing left to do, or nothing begun. */
final class LocksOfWhatIsOverTest {
  private static final String HERE = "ops";
  private static final Instant BEFORE = Instant.parse("2026-11-25T12:00:00Z");

  @TempDir private Path folder;

  @Test
  void the_lock_of_a_rollout_that_has_ended_is_taken_away() {
    journal("done", started("done"), new Event.Ended(Result.DONE, "every wave passed"));
    assertThat(leftOf("done", HERE)).isEmpty();
  }

  @Test
  void so_is_that_of_one_which_was_never_begun() throws Exception {
    Files.createDirectories(here().rollout("stillborn").path());
    assertThat(leftOf("stillborn", HERE)).isEmpty();
  }

  @Test
  void the_lock_of_one_that_is_to_be_resumed_stays() {
    journal("open", started("open"));
    assertThat(leftOf("open", HERE)).containsExactly("open");
  }

  @Test
  void the_lock_of_one_that_goes_on_after_its_end_stays() {
    journal(
        "again",
        started("again"),
        new Event.Ended(Result.DONE, "every wave passed"),
        new Event.Resumed(2, "anna@ops"));
    assertThat(leftOf("again", HERE)).containsExactly("again");
  }

  @Test
  void the_lock_of_one_that_has_ended_stays_while_a_controller_is_at_it() {
    journal("busy", started("busy"), new Event.Ended(Result.DONE, "every wave passed"));
    try (RolloutFolder.Running _ = here().rollout("busy").takeOrRefuse()) {
      assertThat(leftOf("busy", HERE)).containsExactly("busy");
    }
  }

  @Test
  void the_lock_of_another_machine_stays() {
    journal("done", started("done"), new Event.Ended(Result.DONE, "every wave passed"));
    assertThat(leftOf("done", "elsewhere")).containsExactly("done");
  }

  /** Rollouts that still have a gateway, when this one had one. */
  private List<String> leftOf(String rollout, String host) {
    GatewayLocks locks = here().locks();
    locks.acquire(
        List.of(new Lock("a1", "gw1", rollout, "anna@ops", host, 4711, BEFORE, BEFORE)), host);
    here().letGoOfWhatIsOver(HERE);
    return locks.all().stream().map(Lock::rollout).toList();
  }

  private void journal(String rollout, Event... events) {
    RolloutFolder of = here().rollout(rollout);
    of.path().toFile().mkdirs();
    try (Journal journal = Journal.create(of.journal(), Clock.systemUTC(), line -> {})) {
      List.of(events).forEach(journal::append);
    }
  }

  private static Event started(String rollout) {
    return new Event.Started(
        Journal.FORMAT, rollout, "p", "h", List.of(List.of("gw1")), 1, "anna@ops");
  }

  private WorkingDirectory here() {
    return new WorkingDirectory(folder);
  }
}
