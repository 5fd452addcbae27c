package dev.backstay.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is ordinary, fitted to fleets whose churn and correlation are known. */
final class CalibrationTest {
  /** Polya's urn makes clients of one gateway share their fate by as much as is asked. */
  private static List<Sample> fleet(
      int gateways, int clients, double rate, double correlation, Random random) {
    double alpha = rate * (1 - correlation) / correlation;
    double beta = (1 - rate) * (1 - correlation) / correlation;
    List<Sample> samples = new ArrayList<>();
    for (int gateway = 0; gateway < gateways; gateway++) {
      int lost = 0;
      for (int drawn = 0; drawn < clients; drawn++) {
        lost += random.nextDouble() < (alpha + lost) / (alpha + beta + drawn) ? 1 : 0;
      }
      samples.add(new Sample(clients, lost));
    }
    return samples;
  }

  @Test
  void the_fit_of_a_large_fleet_is_near_what_it_was_made_with() {
    Calibration fit = Calibration.of(fleet(300, 60, 0.03, 0.05, new Random(1)));
    assertThat(fit.churn()).isCloseTo(0.03, within(0.006));
    assertThat(fit.correlation().orElseThrow()).isCloseTo(0.05, within(0.015));
  }

  @Test
  void the_truth_is_below_the_bounds_in_some_95_of_100() {
    int churnHeld = 0;
    int correlationHeld = 0;
    int runs = 40;
    for (int seed = 0; seed < runs; seed++) {
      Calibration fit = Calibration.of(fleet(40, 40, 0.03, 0.04, new Random(seed)));
      churnHeld += fit.churnAtMost() >= 0.03 ? 1 : 0;
      correlationHeld += fit.correlationAtMost().orElse(1) >= 0.04 ? 1 : 0;
    }
    assertThat(churnHeld).isGreaterThanOrEqualTo(36);
    assertThat(correlationHeld).isGreaterThanOrEqualTo(35);
  }

  @Test
  void clients_that_leave_each_on_its_own_show_no_correlation() {
    List<Sample> even = Collections.nCopies(30, new Sample(50, 2));
    Calibration fit = Calibration.of(even);
    assertThat(fit.correlation()).hasValue(0);
    assertThat(fit.correlationAtMost().orElseThrow()).isLessThan(0.02);
  }

  @Test
  void those_who_share_their_fate_say_less_than_as_many_who_do_not() {
    List<Sample> even = Collections.nCopies(10, new Sample(50, 2));
    List<Sample> lumped = new ArrayList<>(Collections.nCopies(9, new Sample(50, 0)));
    lumped.add(new Sample(50, 20));
    assertThat(Calibration.of(lumped).all()).isEqualTo(Calibration.of(even).all());
    assertThat(Calibration.of(lumped).churnAtMost())
        .isGreaterThan(2 * Calibration.of(even).churnAtMost());
  }

  @Test
  void the_order_of_gateways_does_not_matter() {
    List<Sample> fleet = fleet(20, 30, 0.05, 0.1, new Random(3));
    Calibration fit = Calibration.of(fleet);
    Collections.reverse(fleet);
    assertThat(Calibration.of(fleet).correlationAtMost()).isEqualTo(fit.correlationAtMost());
    assertThat(Calibration.of(fleet).churnAtMost()).isEqualTo(fit.churnAtMost(), within(1e-12));
  }

  @Test
  void what_cannot_be_told_is_not_told() {
    Calibration one = Calibration.of(List.of(new Sample(200, 4)));
    assertThat(one.correlation()).isEmpty();
    assertThat(one.says()).isTrue();
    Calibration none = Calibration.of(List.of(new Sample(200, 0), new Sample(200, 0)));
    assertThat(none.correlationAtMost()).isEmpty();
    assertThat(none.churnAtMost()).as("with the usual correlation").isBetween(0.007, 0.06);
    assertThat(Calibration.of(List.of()).says()).isFalse();
    assertThat(Calibration.of(List.of()).churnAtMost()).isEqualTo(1);
    assertThat(Calibration.of(List.of(new Sample(4, 0))).says()).isFalse();
    Calibration everybody = Calibration.of(List.of(new Sample(5, 5), new Sample(5, 5)));
    assertThat(everybody.churnAtMost()).isEqualTo(1);
  }
}
