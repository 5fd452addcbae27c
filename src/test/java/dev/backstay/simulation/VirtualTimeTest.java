package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.time.Deadline;
import dev.backstay.time.Mailbox;
import dev.backstay.time.Task;
import dev.backstay.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class VirtualTimeTest {
  private static final int ALL = Integer.MAX_VALUE;

  @Test
  void an_hour_passes_when_everybody_waits() {
    Duration passed =
        VirtualTime.run(
            1,
            time -> {
              Instant before = time.clock().instant();
              sleep(time, Duration.ofHours(1));
              return Duration.between(before, time.clock().instant());
            });
    assertThat(passed).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void sleepers_wake_in_the_order_of_their_alarms() {
    List<Integer> order =
        VirtualTime.run(
            1,
            time -> {
              List<Integer> woken = new ArrayList<>();
              time.inParallel(
                  List.of(30, 10, 20),
                  ALL,
                  seconds -> {
                    sleep(time, Duration.ofSeconds(seconds));
                    woken.add(seconds);
                    return time.nanos() / 1_000_000_000;
                  });
              return woken;
            });
    assertThat(order).containsExactly(10, 20, 30);
  }

  @Test
  void the_same_seed_makes_the_same_run_and_others_another_order() {
    assertThat(drawnOrder(7)).isEqualTo(drawnOrder(7));
    Set<List<Integer>> orders = new HashSet<>();
    IntStream.range(0, 20).forEach(seed -> orders.add(drawnOrder(seed)));
    assertThat(orders).hasSizeGreaterThan(5);
  }

  private static List<Integer> drawnOrder(long seed) {
    return VirtualTime.run(
        seed,
        time -> {
          List<Integer> order = new ArrayList<>();
          time.inParallel(List.of(1, 2, 3, 4, 5), ALL, order::add);
          return order;
        });
  }

  @Test
  void no_more_are_at_work_at_once_than_was_said() {
    List<Integer> results =
        VirtualTime.run(
            3,
            time -> {
              int[] now = {0};
              return time.inParallel(
                  List.of(1, 2, 3, 4, 5, 6, 7),
                  2,
                  item -> {
                    int together = ++now[0];
                    sleep(time, Duration.ofSeconds(item));
                    now[0]--;
                    return together;
                  });
            });
    assertThat(results).hasSize(7).allMatch(together -> together <= 2);
  }

  @Test
  void who_waits_for_a_thing_goes_on_when_it_comes_or_when_patience_ends() {
    List<String> told =
        VirtualTime.run(
            1,
            time -> {
              Mailbox<String> box = time.mailbox();
              time.start(
                  "postman",
                  () -> {
                    sleep(time, Duration.ofSeconds(5));
                    box.put("letter");
                  });
              List<String> seen = new ArrayList<>();
              seen.add(poll(box, Duration.ofSeconds(2)) + " at " + seconds(time));
              seen.add(poll(box, Duration.ofSeconds(60)) + " at " + seconds(time));
              return seen;
            });
    assertThat(told).containsExactly("nothing at 2", "letter at 5");
  }

  @Test
  void a_killed_process_does_nothing_more_and_the_others_go_on() {
    List<String> told =
        VirtualTime.run(
            1,
            world -> {
              List<String> seen = new ArrayList<>();
              VirtualProcess victim = world.process("victim");
              victim.start(
                  "worker",
                  () -> {
                    try {
                      sleep(victim, Duration.ofHours(1));
                    } finally {
                      // As a finally block of the engine would: it must have no effect.
                      seen.add("clock read at " + victim.clock().instant());
                    }
                  });
              victim.start(
                  "suicide",
                  () -> {
                    sleep(victim, Duration.ofSeconds(3));
                    victim.kill();
                    seen.add("after the kill");
                  });
              sleep(world, Duration.ofHours(2));
              seen.add("world goes on at " + seconds(world));
              return seen;
            });
    assertThat(told).containsExactly("world goes on at 7200");
  }

  @Test
  void a_task_that_is_closed_is_interrupted_where_it_waits() {
    String told =
        VirtualTime.run(
            1,
            time -> {
              List<String> seen = new ArrayList<>();
              Task task =
                  time.start(
                      "sleeper",
                      () -> {
                        try {
                          time.sleep(Duration.ofDays(1));
                        } catch (InterruptedException e) {
                          seen.add("interrupted at " + seconds(time));
                        }
                      });
              sleep(time, Duration.ofSeconds(4));
              task.close();
              seen.add(task.ended() ? "ended" : "not ended");
              return String.join(", ", seen);
            });
    assertThat(told).isEqualTo("interrupted at 4, ended");
  }

  @Test
  void a_fault_of_parallel_work_is_told_once_all_have_ended() {
    assertThatThrownBy(() ->
            VirtualTime.run(
                1,
                time ->
                    time.inParallel(
                        List.of(1, 2),
                        ALL,
                        item -> {
                          throw new IllegalArgumentException("item " + item);
                        })))
        .hasRootCauseMessage("item 1");
  }

  @Test
  void a_world_in_which_everybody_waits_for_ever_is_a_fault() {
    assertThatThrownBy(() ->
            VirtualTime.run(
                1,
                time -> {
                  List<Task> tasks = new ArrayList<>();
                  tasks.add(
                      time.start(
                          "waits for itself",
                          () -> {
                            sleep(time, Duration.ofSeconds(1));
                            joins(tasks.getFirst());
                          }));
                  joins(tasks.getFirst());
                  return "never";
                }))
        .hasRootCauseMessage("everybody waits for ever: [main, waits for itself]");
  }

  @Test
  void a_deadline_of_the_world_is_over_when_its_time_has_come() {
    boolean over =
        VirtualTime.run(
            1,
            time -> {
              Deadline deadline = time.in(Duration.ofSeconds(10));
              sleep(time, Duration.ofSeconds(9));
              boolean early = deadline.isOver();
              sleep(time, Duration.ofSeconds(1));
              return !early && deadline.isOver();
            });
    assertThat(over).isTrue();
  }

  private static void sleep(Time time, Duration length) {
    try {
      time.sleep(length);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void joins(Task task) {
    try {
      task.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String poll(Mailbox<String> box, Duration patience) {
    try {
      return box.poll(patience).orElse("nothing");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long seconds(Time time) {
    return time.nanos() / 1_000_000_000;
  }
}
