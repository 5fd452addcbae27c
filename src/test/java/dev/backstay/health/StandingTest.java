package dev.backstay.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.InterfaceSample;
import dev.backstay.gateway.Observation.Sources;
import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.wireguard.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class StandingTest {
  private static final double CLOCK_AT_ZERO = 1_700_000_000.25;
  private static final PublicKey ONE = Scene.key(1);
  private static final PublicKey TWO = Scene.key(2);
  private static final String AT = "198.18.0.21:40001";
  private static final String AT_TWO = "198.18.0.21:40002";

  private final Standing standing = new Standing();
  private final Map<PublicKey, Long> handshakes = new HashMap<>();
  private final Map<PublicKey, Transfer> transfer = new HashMap<>();
  private final Map<PublicKey, String> endpoints = new HashMap<>();
  private final Map<String, Long> initiationsReceived = new HashMap<>();
  private final Map<String, Long> responsesSent = new HashMap<>();
  private final Map<String, Long> cookiesSent = new HashMap<>();
  private final Map<String, Long> initiationsSent = new HashMap<>();
  private final Map<String, Long> responsesReceived = new HashMap<>();
  private final Map<String, Long> dataReceived = new HashMap<>();
  private double uptime = 500;
  private Picture picture = look();

  private StandingTest() {
    for (PublicKey key : List.of(ONE, TWO)) {
      handshakes.put(key, second() - 30);
      transfer.put(key, new Transfer(0, 0));
    }
    endpoints.putAll(Map.of(ONE, AT, TWO, AT_TWO));
    look();
  }

  private long second() {
    return (long) (CLOCK_AT_ZERO + uptime);
  }

  private Picture look() {
    picture =
        standing.accept(
            new Observation(
                CLOCK_AT_ZERO + uptime,
                uptime,
                Scene.BOOT,
                "",
                Map.of(
                    "wg0",
                    new InterfaceSample(true, "key", 51820, handshakes, transfer, endpoints)),
                true,
                new Sources(
                    initiationsReceived,
                    responsesSent,
                    cookiesSent,
                    initiationsSent,
                    responsesReceived,
                    dataReceived)));
    return picture;
  }

  private static void add(Map<String, Long> counts, String source) {
    counts.merge(source, 1L, Long::sum);
  }

  /** Second by second, with what happens in each. */
  private void seconds(int count, IntConsumer each) {
    for (int second = 0; second < count; second++) {
      uptime += 1;
      each.accept(second);
      look();
    }
  }

  private void asks(int second) {
    if (second % 5 == 0) {
      add(initiationsReceived, AT);
    }
  }

  private Set<Cause> why() {
    return picture.failing().stream().map(Picture.Failure::why).collect(Collectors.toSet());
  }

  @Test
  void who_renews_a_session_stays_connected() {
    seconds(
        20,
        second -> {
          if (second == 3) {
            add(initiationsReceived, AT);
            add(responsesSent, AT);
          }
          if (second == 4) {
            handshakes.put(ONE, second());
          }
          assertThat(look().connected()).isEqualTo(2);
        });
    assertThat(picture.failing()).isEmpty();
    assertThat(picture.trying()).isEmpty();
  }

  @Test
  void who_asks_three_times_without_an_answer_is_rejected() {
    seconds(10, this::asks);
    assertThat(picture.failing()).isEmpty();
    assertThat(picture.trying()).containsExactly(new Picture.Peer("wg0", ONE));

    seconds(2, this::asks);

    assertThat(why()).containsExactly(Cause.REJECTED);
    Picture.Failure failure = picture.failing().getFirst();
    assertThat(failure.peer().key()).isEqualTo(ONE);
    assertThat(failure.endpoint()).isEqualTo(AT);
    assertThat(failure.initiations()).isEqualTo(3);
    assertThat(picture.connected()).isEqualTo(1);
    assertThat(picture.peers()).isEqualTo(2);
  }

  /** As a client does whose clock was ahead for a moment. */
  @Test
  void who_is_rejected_right_after_a_success_is_seen_and_not_taken_for_answered() {
    add(initiationsReceived, AT);
    add(responsesSent, AT);
    handshakes.put(ONE, second());
    look();
    uptime += 1;
    add(initiationsReceived, AT);
    look();
    seconds(4, second -> {});
    seconds(11, this::asks);
    assertThat(picture.failing())
        .singleElement()
        .satisfies(failure -> {
          assertThat(failure.peer().key()).isEqualTo(ONE);
          assertThat(failure.why()).isEqualTo(Cause.REJECTED);
        });
  }

  @Test
  void who_is_answered_and_never_confirms_is_unconfirmed() {
    seconds(
        12,
        second -> {
          asks(second);
          if (second % 5 == 0) {
            add(responsesSent, AT);
          }
        });
    assertThat(why()).containsExactly(Cause.UNCONFIRMED);
  }

  @Test
  void who_is_put_off_with_cookies_is_a_matter_of_load() {
    seconds(
        12,
        second -> {
          asks(second);
          if (second % 5 == 0) {
            add(cookiesSent, AT);
          }
        });
    assertThat(why()).containsExactly(Cause.OVERLOAD);
  }

  @Test
  void who_is_called_and_says_nothing_is_silent_and_who_only_sends_data_does_not_answer() {
    seconds(
        12,
        second -> {
          if (second % 5 == 0) {
            add(initiationsSent, AT);
            add(initiationsSent, AT_TWO);
          }
          add(dataReceived, AT_TWO);
          transfer.merge(
              TWO, new Transfer(32, 0), (a, b) -> new Transfer(a.received() + 32, a.sent()));
        });
    assertThat(
            picture.failing().stream()
                .collect(Collectors.toMap(one -> one.peer().key(), Picture.Failure::why)))
        .isEqualTo(Map.of(ONE, Cause.SILENT, TWO, Cause.OLD_SESSION));
  }

  @Test
  void whose_answer_does_not_lead_to_a_session_is_unconfirmed_from_our_side_too() {
    seconds(
        12,
        second -> {
          if (second % 5 == 0) {
            add(initiationsSent, AT);
            add(responsesReceived, AT);
          }
        });
    assertThat(why()).containsExactly(Cause.UNCONFIRMED);
  }

  @Test
  void pitfall_48_whose_data_arrives_and_is_not_decrypted_is_stalled_until_it_is() {
    seconds(8, second -> add(dataReceived, AT));
    assertThat(why()).containsExactly(Cause.STALLED);
    seconds(
        1,
        second -> {
          add(dataReceived, AT);
          transfer.put(ONE, new Transfer(9 * 32, 0));
        });
    assertThat(picture.failing()).isEmpty();
  }

  @Test
  void whoever_gets_on_or_gives_up_fails_no_more() {
    seconds(12, this::asks);
    assertThat(why()).containsExactly(Cause.REJECTED);
    seconds(1, second -> handshakes.put(ONE, second()));
    assertThat(picture.failing()).isEmpty();

    handshakes.put(ONE, 0L);
    seconds(12, this::asks);
    assertThat(why()).containsExactly(Cause.REJECTED);
    seconds(12, second -> {});
    assertThat(picture.failing()).isEmpty();
    assertThat(picture.idle()).isEqualTo(1);
  }

  @Test
  void who_belongs_to_no_peer_is_told_apart() {
    seconds(
        12,
        second -> {
          if (second % 5 == 0) {
            add(initiationsReceived, "203.0.113.9:51820");
          }
        });
    assertThat(picture.failing()).isEmpty();
    assertThat(picture.trying()).isEmpty();
    assertThat(picture.unknown()).isEqualTo(1);
    assertThat(picture.connected()).isEqualTo(2);
  }

  @Test
  void counts_that_begin_anew_are_no_attempts_of_the_past() {
    seconds(11, this::asks);
    initiationsReceived.clear();
    seconds(1, second -> {});
    assertThat(picture.initiations()).isZero();
    seconds(1, second -> add(initiationsReceived, AT));
    assertThat(picture.initiations()).isEqualTo(1);
  }

  @Test
  void a_session_that_is_too_old_is_none() {
    handshakes.put(ONE, second() - 180);
    assertThat(look().connected()).isEqualTo(1);
    assertThat(picture.idle()).isEqualTo(1);
  }
}
