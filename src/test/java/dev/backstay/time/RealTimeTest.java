package dev.backstay.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RealTimeTest {
  private static final int ALL = Integer.MAX_VALUE;
  private final Time time = Time.real();

  @Test
  void results_come_in_the_order_of_the_items() {
    List<Integer> items = IntStream.range(0, 100).boxed().toList();
    assertThat(time.inParallel(items, ALL, i -> i * 2))
        .isEqualTo(items.stream().map(i -> i * 2).toList());
  }

  @Test
  void no_more_items_are_worked_on_at_once_than_was_said() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    time.inParallel(
        IntStream.range(0, 200).boxed().toList(),
        3,
        i -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          Thread.yield();
          return now.decrementAndGet();
        });
    assertThat(most).hasValueBetween(1, 3);
  }

  @Test
  void a_fault_is_told_once_all_others_have_ended() {
    AtomicInteger ended = new AtomicInteger();
    assertThatThrownBy(() ->
            time.inParallel(
                List.of(1, 2, 3),
                ALL,
                i -> {
                  if (i == 1) {
                    throw new IllegalArgumentException("one");
                  }
                  return ended.incrementAndGet();
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("one");
    assertThat(ended).hasValue(2);
  }

  @Test
  void a_mailbox_keeps_the_order_and_an_empty_one_gives_nothing() throws InterruptedException {
    Mailbox<String> mailbox = time.mailbox();
    mailbox.put("a");
    mailbox.put("b");
    assertThat(mailbox.poll()).contains("a");
    assertThat(mailbox.poll(Duration.ofHours(1))).contains("b");
    assertThat(mailbox.poll(Duration.ofNanos(1))).isEmpty();
  }

  @Test
  void a_task_that_is_closed_is_interrupted_and_over() throws InterruptedException {
    CountDownLatch began = new CountDownLatch(1);
    Task task =
        time.start(
            "sleeper",
            () -> {
              began.countDown();
              try {
                time.sleep(Duration.ofDays(1));
              } catch (InterruptedException e) {
                throw new IllegalStateException("woken", e);
              }
            });
    began.await();
    task.close();
    assertThat(task.ended()).isTrue();
    assertThatThrownBy(task::join).hasRootCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void a_deadline_is_over_when_nothing_is_left() {
    assertThat(time.in(Duration.ofHours(1)).isOver()).isFalse();
    assertThat(time.in(Duration.ofHours(1)).left()).isPositive();
    assertThat(time.in(Duration.ofHours(-1)).isOver()).isTrue();
  }
}
