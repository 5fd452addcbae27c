package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person reads with exit status 4, whole. */
final class AdviceTest {
  private final RolloutState state = new RolloutState();
  private long seq;

  private void tell(Event... events) {
    for (Event event : events) {
      state.accept(new JournalLine(++seq, Instant.EPOCH, "", event));
    }
  }

  private void ended(String gateway, Trial trial, String ending) {
    tell(
        new Event.StepBegan(gateway, "preflight"),
        new Event.Tried(gateway, trial, ""),
        new Event.GatewayEnded(gateway, ending, ""));
  }

  private void begin() {
    List<List<String>> waves = List.of(List.of("gw1"), List.of("gw2", "gw3", "gw4"));
    tell(new Event.Started(1, "r-1", "p", "h", waves, 1, "anna"));
  }

  @Test
  void who_is_not_known_comes_first_and_then_what_became_of_the_others() {
    begin();
    ended("gw1", Trial.PASSED, "confirmed");
    ended("gw2", Trial.UNKNOWN, "unknown");
    ended("gw3", Trial.WITHHELD, "unchanged");
    ended("gw4", Trial.AS_WANTED, "unchanged");
    tell(new Event.Ended(Result.PARTIAL, ""));
    assertThat(String.join("\n", Advice.of(state)))
        .isEqualTo(
            """
            Nobody knows how gw2 is. What is not confirmed, a gateway takes back by itself when its lease is over.
              backstay facts gw2    says what its lease came to, once it answers
              "reverted": it is in its old state. "confirmed": it has the new version.
              "revert-failed", or no answer: log in there by another way; /var/lib/backstay/programs/deadman status says why,
              and /var/lib/backstay/programs/deadman revert tries to take it back once more.
            1 gateway has the new version, and the old one is still on gw3.
              backstay rollback r-1    takes the new version back everywhere
              backstay plan PLAYBOOK    with the same playbook: a plan for those that do not have it yet\
            """);
  }

  @Test
  void a_rollout_that_is_done_or_rolled_back_needs_no_advice() {
    begin();
    assertThat(Advice.of(state)).isEmpty();
    ended("gw1", Trial.FAILED, "reverted");
    tell(new Event.Ended(Result.ROLLED_BACK, ""));
    assertThat(Advice.of(state)).isEmpty();
  }
}
