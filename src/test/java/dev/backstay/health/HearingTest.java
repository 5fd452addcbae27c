package dev.backstay.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is cut off is silent for longer than he uses to be. */
final class HearingTest {
  private static final int EVERY_SECOND = 0;
  private static final int EVERY_FIVE = 1;
  private static final int EVERY_TWENTY_FIVE = 2;

  private final Scene scene = Scene.of(3);
  private final Hearing hearing = new Hearing();
  private Baseline baseline = Baseline.between(scene.look(), scene.look());
  private int second;

  private void seconds(int count, int... speaking) {
    for (int i = 0; i < count; i++) {
      second++;
      scene.uptime += 1;
      for (int client : speaking) {
        int every = List.of(1, 5, 25).get(client);
        if (second % every == 3 % every) {
          scene.clients.get(client).received += 32;
        }
      }
      hearing.accept(scene.look());
    }
  }

  private Hearing.Since begin() {
    var first = scene.look();
    hearing.accept(first);
    seconds(10, EVERY_SECOND, EVERY_FIVE, EVERY_TWENTY_FIVE);
    baseline = Baseline.between(first, scene.look());
    assertThat(baseline.active()).hasSize(3);
    return hearing.since(baseline.active());
  }

  @Test
  void who_speaks_as_usual_is_never_silent() {
    Hearing.Since since = begin();
    for (int i = 0; i < 200; i++) {
      seconds(1, EVERY_SECOND, EVERY_FIVE, EVERY_TWENTY_FIVE);
      assertThat(hearing.silent(since)).as("second %d", i).isEqualTo(new Sample(3, 0));
    }
  }

  @Test
  void who_is_cut_off_is_silent_the_sooner_the_more_he_used_to_say() {
    Hearing.Since since = begin();
    seconds(2);
    assertThat(hearing.silent(since)).isEqualTo(new Sample(3, 0));
    seconds(2);
    assertThat(hearing.silent(since)).isEqualTo(new Sample(3, 1));
    seconds(8);
    assertThat(hearing.silent(since)).isEqualTo(new Sample(3, 2));
    seconds(16);
    assertThat(hearing.silent(since)).isEqualTo(new Sample(3, 3));
    seconds(25, EVERY_SECOND, EVERY_FIVE, EVERY_TWENTY_FIVE);
    assertThat(hearing.silent(since))
        .as("and is back when he is heard")
        .isEqualTo(new Sample(3, 0));
  }

  @Test
  void who_moves_to_another_address_is_the_same() {
    Hearing.Since since = begin();
    assertThat(since.patience().keySet()).allMatch(peer -> peer.endpoint().isEmpty());
    assertThat(hearing.since(List.of()).patience()).isEmpty();
  }
}
