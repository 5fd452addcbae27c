package dev.backstay.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.health.DetectionTrial.Outcomes;
import dev.backstay.health.DetectionTrial.Rule;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * A small version of {@code src/bench/detection} with seeds of its own, which holds the figures
 * that the gates were made for. Through the product's own watch and judge.
 */
final class DetectionTest {
  private static final long SEED = 5;

  private static Map<Rule, Outcomes> run(DetectionTrial trial, int runs) {
    return trial.run(runs, SEED);
  }

  private static Outcomes backstay(DetectionTrial trial, int runs) {
    return Objects.requireNonNull(run(trial, runs).get(Rule.BACKSTAY));
  }

  @Test
  void one_in_twenty_of_1000_called_clients_is_seen_within_12_seconds() {
    Outcomes outcomes = backstay(new DetectionTrial(1000, 0.05, 0.005, true, false), 100);
    assertThat(outcomes.share(Says.FAIL)).isGreaterThanOrEqualTo(0.99);
    assertThat(outcomes.secondsToFail(0.5))
        .hasValueSatisfying(s -> assertThat(s).isLessThanOrEqualTo(12));
  }

  @Test
  void left_alone_within_30_seconds() {
    Outcomes outcomes = backstay(new DetectionTrial(1000, 0.05, 0.005, false, false), 100);
    assertThat(outcomes.share(Says.FAIL)).isGreaterThanOrEqualTo(0.99);
    assertThat(outcomes.secondsToFail(0.5))
        .hasValueSatisfying(s -> assertThat(s).isLessThanOrEqualTo(30));
  }

  @Test
  void one_in_twenty_of_200_is_seen_in_94_of_100() {
    assertThat(backstay(new DetectionTrial(200, 0.05, 0.005, true, false), 300).share(Says.FAIL))
        .isGreaterThanOrEqualTo(0.94);
  }

  @Test
  void nothing_wrong_is_stopped_in_at_most_one_of_100() {
    for (boolean called : new boolean[] {true, false}) {
      assertThat(backstay(new DetectionTrial(200, 0, 0.005, called, false), 100).share(Says.FAIL))
          .isLessThanOrEqualTo(0.01);
    }
  }

  @Test
  void at_a_churn_that_nobody_assumed_a_control_keeps_it_so_and_without_one_it_would_not_be() {
    DetectionTrial alone = new DetectionTrial(200, 0, 0.05, true, false);
    assertThat(backstay(alone, 60).share(Says.FAIL)).isGreaterThan(0.5);
    DetectionTrial beside = new DetectionTrial(200, 0, 0.05, true, true);
    assertThat(backstay(beside, 100).share(Says.FAIL)).isLessThanOrEqualTo(0.01);
  }

  @Test
  void a_total_loss_is_seen_beside_a_control_and_by_no_rule_that_asks_ssh() {
    Map<Rule, Outcomes> outcomes = run(new DetectionTrial(50, 1, 0.005, true, true), 20);
    assertThat(Objects.requireNonNull(outcomes.get(Rule.BACKSTAY)).share(Says.FAIL)).isEqualTo(1);
    assertThat(Objects.requireNonNull(outcomes.get(Rule.SSH)).share(Says.FAIL)).isZero();
  }

  @Test
  void the_same_seed_gives_the_same_figures() {
    DetectionTrial trial = new DetectionTrial(50, 0.2, 0.005, true, false);
    assertThat(run(trial, 5)).isEqualTo(run(trial, 5));
  }
}
