package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.rollout.Event;
import dev.backstay.rollout.Result;
import dev.backstay.simulation.Witness.Seen;
import dev.backstay.simulation.Witness.What;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The twins of the trials: a world in which a law is broken is seen. */
final class LawsTest {
  private static final Trial.End OLD = new Trial.End(false, "reverted", 0, 0);
  private static final Trial.End NEW = new Trial.End(true, "confirmed", 0, 0);

  private final List<Seen> seen = new ArrayList<>();

  @Test
  void a_gateway_that_stays_changed_without_a_confirm_is_seen() {
    assertThat(broken(Optional.empty(), new Trial.End(true, "applied", 0, 0)))
        .containsExactly("gw1 is changed, and its lease is applied");
  }

  @Test
  void a_confirm_before_the_wave_has_passed_is_seen() {
    journal(new Event.WaveStarted(1, List.of("gw1")));
    gateway(What.CONFIRMED, "r/1");
    assertThat(broken(Optional.of(Result.DONE), NEW))
        .containsExactly("gw1 was confirmed before its wave had passed");
  }

  @Test
  void a_key_that_is_applied_twice_is_seen() {
    gateway(What.APPLY, "r/1");
    gateway(What.APPLY, "r/1");
    assertThat(broken(Optional.of(Result.ROLLED_BACK), OLD))
        .containsExactly("gw1 was changed twice for r/1");
  }

  @Test
  void pitfall_1_a_wave_that_passes_with_a_gateway_nobody_heard_of_is_seen() {
    journal(new Event.WaveStarted(1, List.of("gw1")));
    journal(new Event.WaveJudged(1, true, "every gateway passed"));
    assertThat(broken(Optional.of(Result.ROLLED_BACK), OLD))
        .containsExactly("wave 1 passed with no verdict of gw1");
  }

  @Test
  void pitfall_2_a_wave_that_passes_with_an_inconclusive_gateway_is_seen() {
    journal(new Event.WaveStarted(1, List.of("gw1")));
    journal(new Event.Judged("gw1", "inconclusive", List.of(), Map.of(), List.of()));
    journal(new Event.WaveJudged(1, true, "every gateway passed"));
    assertThat(broken(Optional.of(Result.ROLLED_BACK), OLD))
        .containsExactly("wave 1 passed with inconclusive of gw1");
  }

  @Test
  void pitfall_11_an_ending_that_did_not_happen_is_seen() {
    gateway(What.APPLIED, "r/1");
    journal(new Event.GatewayEnded("gw1", "reverted", "said so"));
    assertThat(broken(Optional.empty(), OLD))
        .containsExactly("gw1 is reported reverted, but was last APPLIED");
  }

  @Test
  void pitfall_11_a_result_that_is_not_true_is_seen() {
    assertThat(broken(Optional.of(Result.DONE), OLD))
        .containsExactly("done is reported, but only [] are changed");
    assertThat(broken(Optional.of(Result.ROLLED_BACK), NEW))
        .containsExactly("rolled back is reported, but [gw1] are changed");
  }

  private void journal(Event event) {
    seen.add(new Seen(0, "", What.JOURNAL, "", Optional.of(event)));
  }

  private void gateway(What what, String detail) {
    seen.add(new Seen(0, "gw1", what, detail, Optional.empty()));
  }

  private List<String> broken(Optional<Result> result, Trial.End end) {
    return Laws.brokenBy(
        new Trial.Outcome(
            result,
            List.of(),
            List.of(List.of("gw1")),
            1,
            Optional.empty(),
            List.copyOf(seen),
            Map.of("gw1", end),
            Duration.ZERO));
  }
}
