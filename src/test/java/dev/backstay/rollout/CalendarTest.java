package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.playbook.Freeze;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CalendarTest {
  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
  private static final Freeze FIRST = new Freeze(NOON, NOON.plusSeconds(3600), "first");
  private static final Freeze LONGER = new Freeze(NOON, NOON.plusSeconds(7200), "longer");
  private final Calendar calendar = new Calendar(List.of(FIRST, LONGER));

  @Test
  void work_that_would_reach_into_a_freeze_does_not_begin() {
    assertThat(calendar.during(NOON.minusSeconds(600), NOON)).isEmpty();
    assertThat(calendar.during(NOON.minusSeconds(600), NOON.plusSeconds(1))).contains(LONGER);
  }

  @Test
  void the_end_of_a_freeze_does_not_belong_to_it() {
    Instant end = NOON.plusSeconds(7200);
    assertThat(calendar.during(end.minusSeconds(1), end.plusSeconds(600))).contains(LONGER);
    assertThat(calendar.during(end, end.plusSeconds(600))).isEmpty();
  }

  @Test
  void of_several_the_one_that_ends_last_is_named_so_that_nobody_waits_twice() {
    assertThat(calendar.during(NOON, NOON.plusSeconds(1))).contains(LONGER);
    assertThat(Calendar.OPEN.during(NOON, NOON.plusSeconds(1))).isEmpty();
  }
}
