package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.GatewayLocks.Lock;
import dev.backstay.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pitfalls 16 and 17: locks have an owner that is shown, and no end of their own. */
final class GatewayLocksTest {
  private static final String HERE = "controller-1";
  private static final Instant LONG_AGO = Instant.parse("2016-01-01T00:00:00Z");

  @TempDir private Path folder;

  private GatewayLocks locks() {
    return new GatewayLocks(folder.resolve("locks"));
  }

  /** Of a process that does not run here any more. */
  private static Lock lock(String id, String gateway, String rollout) {
    return new Lock(id, gateway, rollout, "anna@ops", HERE, 4711, LONG_AGO, LONG_AGO);
  }

  private static Lock ofThisProcess(String id, String gateway, String rollout) {
    ProcessHandle self = ProcessHandle.current();
    return new Lock(
        id,
        gateway,
        rollout,
        "anna@ops",
        HERE,
        self.pid(),
        self.info().startInstant().orElseThrow(),
        LONG_AGO);
  }

  private List<String> held() {
    return locks().all().stream().map(lock -> lock.gateway() + " " + lock.rollout()).toList();
  }

  @Test
  void a_gateway_belongs_to_one_rollout_and_the_other_is_told_whose_it_is() {
    locks().acquire(List.of(ofThisProcess("a1", "gw1", "r1")), HERE);
    assertThatThrownBy(() -> locks().acquire(List.of(lock("b1", "gw1", "r2")), HERE))
        .hasMessageContaining("gw1: rollout r1 has it since 2016-01-01T00:00:00Z (anna@ops,")
        .hasMessageContaining("on controller-1)")
        .hasMessageContaining("backstay unlock --id a1");
    assertThat(held()).containsExactly("gw1 r1");
  }

  @Test
  void all_are_taken_or_none_and_every_gateway_in_the_way_is_named() {
    locks().acquire(List.of(lock("a2", "gw2", "r1"), lock("a3", "gw3", "r1")), HERE);
    List<Lock> wanted =
        IntStream.rangeClosed(1, 4).mapToObj(i -> lock("b" + i, "gw" + i, "r2")).toList();
    assertThatThrownBy(() -> locks().acquire(wanted, HERE))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(problem -> problem.code() + " " + problem.where())
                    .containsExactly("gateway-locked gw2", "gateway-locked gw3"));
    assertThat(held()).containsExactly("gw2 r1", "gw3 r1");
  }

  @Test
  void pitfall_16_a_lock_of_a_dead_controller_stays_however_old_it_is_and_says_that_it_is_dead() {
    locks().acquire(List.of(lock("a1", "gw1", "r1")), HERE);
    assertThatThrownBy(() -> locks().acquire(List.of(lock("b1", "gw1", "r2")), HERE))
        .hasMessageContaining("process 4711 on controller-1, which is gone)");
    assertThatThrownBy(() -> locks().acquire(List.of(lock("b1", "gw1", "r2")), "elsewhere"))
        .as("of a process on another machine nobody knows")
        .hasMessageContaining("process 4711 on controller-1)");
    assertThat(held()).containsExactly("gw1 r1");
  }

  @Test
  void a_later_process_with_the_same_number_is_not_the_owner() {
    Lock mine = ofThisProcess("a1", "gw1", "r1");
    Lock recycled =
        new Lock("a2", "gw2", "r1", "anna@ops", HERE, mine.process(), LONG_AGO, LONG_AGO);
    assertThat(mine.isAlive(HERE)).isTrue();
    assertThat(recycled.isAlive(HERE)).isFalse();
    assertThat(mine.isAlive("elsewhere")).isFalse();
  }

  @Test
  void a_rollout_that_goes_on_keeps_what_it_has_and_lets_go_of_its_own_only() {
    locks().acquire(List.of(lock("a1", "gw1", "r1")), HERE);
    locks().acquire(List.of(lock("c1", "gw1", "r1"), lock("c2", "gw2", "r1")), HERE);
    locks().acquire(List.of(lock("b3", "gw3", "r2")), HERE);
    assertThat(locks().all()).extracting(Lock::id).containsExactly("a1", "c2", "b3");
    locks().release("r1");
    assertThat(held()).containsExactly("gw3 r2");
  }

  @Test
  void pitfall_17_a_lock_is_listed_and_taken_away_by_its_id_and_by_nothing_else() {
    locks().acquire(List.of(lock("a1", "gw1", "r1"), lock("a2", "gw2", "r1")), HERE);
    for (String other : List.of("gw1", "r1", "a", "", "../locks/gw1")) {
      assertThatThrownBy(() -> locks().unlock(other))
          .as(other)
          .hasMessageContaining("there is no lock with this id");
    }
    assertThat(locks().unlock("a1").rollout()).as("whose it was is told").isEqualTo("r1");
    assertThat(held()).containsExactly("gw2 r1");
    assertThatThrownBy(() -> locks().unlock("a1")).hasMessageContaining("no lock with this id");
  }

  @Test
  void a_lock_that_cannot_be_read_is_nobodys_to_take() throws IOException {
    locks().acquire(List.of(lock("a2", "gw2", "r1")), HERE);
    Files.writeString(folder.resolve("locks/gw2"), "{\"id\":");
    List<Lock> wanted = List.of(lock("b1", "gw1", "r2"), lock("b2", "gw2", "r2"));
    assertThatThrownBy(() -> locks().acquire(wanted, HERE))
        .hasMessageContaining("this lock cannot be read, so nobody knows whose it is");
    assertThat(folder.resolve("locks/gw1")).as("nothing is left half taken").doesNotExist();
  }

  @Test
  void of_many_that_want_it_at_once_one_gets_it_and_while_it_comes_and_goes_nobody_shares_it() {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger got = new AtomicInteger();
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        String rollout = "r" + i;
        var _ =
            all.submit(() -> {
              for (int round = 0; round < 60; round++) {
                try {
                  locks().acquire(List.of(lock(rollout + round, "gw1", rollout)), HERE);
                } catch (ProblemException taken) {
                  continue;
                }
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                got.incrementAndGet();
                inside.decrementAndGet();
                locks().release(rollout);
              }
            });
      }
    }
    assertThat(most).hasValue(1);
    assertThat(got).hasPositiveValue();
  }

  /** Takes a lock, says so, and stays until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] folder) throws IOException {
      new GatewayLocks(Path.of(folder[0]))
          .acquire(List.of(ofThisProcess("c1", "gw1", "theirs")), HERE);
      System.out.println("taken");
      System.out.flush();
      int ended = System.in.read();
      System.exit(ended);
    }
  }

  @Test
  void another_process_that_is_killed_leaves_its_lock_behind_for_a_person_to_see()
      throws Exception {
    Process other =
        new ProcessBuilder(ChildJvm.command(Holder.class, folder.resolve("locks").toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).isEqualTo("taken");
      Lock theirs = locks().all().getFirst();
      assertThat(theirs.isAlive(HERE)).isTrue();
      assertThatThrownBy(() -> locks().acquire(List.of(lock("b1", "gw1", "mine")), HERE))
          .hasMessageContaining("process %d on controller-1)".formatted(other.pid()));
      other.destroyForcibly().waitFor();
      assertThat(theirs.isAlive(HERE)).isFalse();
      assertThatThrownBy(() -> locks().acquire(List.of(lock("b1", "gw1", "mine")), HERE))
          .hasMessageContaining("which is gone)");
    }
    try (Stream<Path> files = Files.list(folder.resolve("locks"))) {
      assertThat(files).as("no half-written file").hasSize(1);
    }
  }
}
