package dev.backstay.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SessionTest {
  private static Session end(int send, int receive, int own, int other) {
    return new Session(Bytes.repeated(send), Bytes.repeated(receive), own, other);
  }

  private final Session here = end(1, 2, 10, 20);
  private final Session there = end(2, 1, 20, 10);

  @Test
  void packets_are_filled_up_to_sixteen_bytes_and_never_beyond_the_mtu() {
    int[][] expected = {{0, 0}, {1, 16}, {16, 16}, {17, 32}, {1409, 1420}, {1420, 1420}};
    for (int[] sizes : expected) {
      byte[] message = here.seal(new byte[sizes[0]], 1420);
      assertThat(message).hasSize(sizes[1] + Timing.KEEPALIVE_BYTES);
      assertThat(there.open(message).orElseThrow()).hasSize(sizes[1]);
    }
  }

  @Test
  void a_packet_that_comes_twice_or_altered_is_refused() {
    byte[] message = here.seal(new byte[] {1}, 1420);
    for (int at = 4; at < message.length; at++) {
      assertThat(there.open(Bytes.altered(message, at))).as("byte " + at).isEmpty();
    }
    assertThat(there.open(message)).isPresent();
    assertThat(there.open(message)).isEmpty();
    assertThat(here.open(message)).isEmpty();
  }

  @Test
  void a_forged_counter_does_not_move_the_window() {
    byte[] early = here.keepalive();
    byte[] forged = here.keepalive();
    forged[14] = 0x7f;
    assertThat(there.open(forged)).isEmpty();
    assertThat(there.open(early)).isPresent();
  }

  @Test
  void the_window_takes_each_counter_once_and_none_that_is_too_old() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      ReplayWindow window = new ReplayWindow();
      Set<Long> seen = new HashSet<>();
      long newest = -1;
      for (int i = 0; i < 20_000; i++) {
        long counter =
            switch (random.nextInt(10)) {
              case 0 -> newest + random.nextInt(20_000);
              case 1 -> Math.max(0, newest - Timing.REPLAY_WINDOW + random.nextInt(3) - 1);
              default -> Math.max(0, newest + random.nextInt(200) - 150);
            };
        boolean expected =
            counter >= 0 && counter > newest - Timing.REPLAY_WINDOW && !seen.contains(counter);
        assertThat(window.accept(counter))
            .as("seed %d, counter %d", seed, counter)
            .isEqualTo(expected);
        if (expected) {
          seen.add(counter);
          newest = Math.max(newest, counter);
        }
      }
    }
  }

  @Test
  void a_counter_beyond_all_sessions_is_refused() {
    assertThat(new ReplayWindow().accept(-1)).isFalse();
    assertThat(new ReplayWindow().accept(Long.MAX_VALUE)).isTrue();
  }
}
