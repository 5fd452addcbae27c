package dev.backstay.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Percent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The numbers behind a verdict, against figures that were published or computed elsewhere, and
 * against a second, naive way of computing them here.
 */
final class StatisticsTest {
  private static final Gates GATES =
      new Gates(new Percent(50), new Percent(500), new Percent(2000), new Percent(0));
  private static final Rates RATES = Rates.of(GATES);

  // --- exact probabilities ---------------------------------------------------------------------

  /** With fractions of whole numbers: no logarithm, no gamma function. */
  private static double naiveTail(int from, int of, BigDecimal rate) {
    BigDecimal tail = BigDecimal.ZERO;
    for (int k = from; k <= of; k++) {
      tail =
          tail.add(
              new BigDecimal(choose(of, k))
                  .multiply(rate.pow(k))
                  .multiply(BigDecimal.ONE.subtract(rate).pow(of - k)));
    }
    return tail.doubleValue();
  }

  private static BigInteger choose(int n, int k) {
    BigInteger result = BigInteger.ONE;
    for (int i = 1; i <= k; i++) {
      result = result.multiply(BigInteger.valueOf(n - k + i)).divide(BigInteger.valueOf(i));
    }
    return result;
  }

  @ParameterizedTest
  @CsvSource({"2,20,0.005", "1,20,0.05", "5,200,0.005", "30,200,0.1", "0,7,0.3", "7,7,0.3"})
  void a_binomial_tail_is_what_counting_it_out_gives(int lost, int clients, String rate) {
    assertThat(Exact.atLeast(new Sample(clients, lost), Double.parseDouble(rate)))
        .isCloseTo(naiveTail(lost, clients, new BigDecimal(rate)), within(1e-12));
  }

  /** The table of the smallest samples that exclude a loss: 1 - 0.05^(1/n). */
  @ParameterizedTest
  @CsvSource({"5,0.4507", "10,0.2589", "20,0.1391", "59,0.0495", "299,0.00997"})
  void with_nobody_lost_the_bound_is_the_one_of_the_textbook(int clients, double bound) {
    assertThat(Exact.upperBound(new Sample(clients, 0)))
        .isCloseTo(bound, within(5e-5))
        .isCloseTo(1 - Math.pow(0.05, 1.0 / clients), within(1e-9));
  }

  @Test
  void at_the_bound_so_few_losses_have_a_probability_of_one_in_twenty() {
    for (int lost = 0; lost < 20; lost++) {
      double bound = Exact.upperBound(new Sample(20, lost));
      assertThat(1 - naiveTail(lost + 1, 20, new BigDecimal(bound, MathContext.DECIMAL64)))
          .isCloseTo(0.05, within(1e-9));
    }
    assertThat(Exact.upperBound(new Sample(20, 20))).isEqualTo(1);
    assertThat(Exact.upperBound(Sample.NONE)).isEqualTo(1);
  }

  /** 3 of 10 against none of 10, and 4 of 20 against none of 20, to three digits. */
  @ParameterizedTest
  @CsvSource({"3,10,0.058,0.105", "4,20,0.030,0.053"})
  void boschloo_is_stronger_than_fisher(int lost, int each, double boschloo, double fisher) {
    Exact.Comparison comparison = Exact.compare(new Sample(each, lost), new Sample(each, 0));
    assertThat(comparison.test()).isEqualTo("Boschloo");
    assertThat(comparison.p()).isCloseTo(boschloo, within(6e-4)).isLessThan(fisher);
    assertThat(naiveFisher(lost, each, 0, each)).isCloseTo(fisher, within(6e-4));
  }

  /** All ways in which that many lost ones could have been distributed. */
  private static double naiveFisher(int lost, int clients, int lostBeside, int beside) {
    int all = lost + lostBeside;
    BigInteger worse = BigInteger.ZERO;
    for (int k = lost; k <= Math.min(all, clients); k++) {
      worse = worse.add(choose(clients, k).multiply(choose(beside, all - k)));
    }
    return new BigDecimal(worse)
        .divide(new BigDecimal(choose(clients + beside, all)), MathContext.DECIMAL64)
        .doubleValue();
  }

  @Test
  void large_groups_are_compared_by_fisher_which_is_never_the_bolder() {
    Exact.Comparison large = Exact.compare(new Sample(1000, 65), new Sample(1000, 40));
    assertThat(large.test()).isEqualTo("Fisher");
    assertThat(large.p()).isCloseTo(naiveFisher(65, 1000, 40, 1000), within(1e-10));
  }

  /** rollout.md §3.6: three against three can show nothing at 5 %. */
  @Test
  void three_against_three_never_show_anything() {
    assertThat(naiveFisher(3, 3, 0, 3)).isEqualTo(0.05, within(1e-12));
    assertThat(Exact.compare(new Sample(3, 3), new Sample(3, 0)).p()).isGreaterThan(0.01);
  }

  // --- churn -----------------------------------------------------------------------------------

  /** Published with churn 2 %, correlation 0.02 and an error of 1 in 1000 (rollout.md §3.6). */
  @ParameterizedTest
  @CsvSource({"10,4", "20,6", "50,10", "200,30"})
  void churn_explains_as_many_as_the_reference_says(int clients, int limit) {
    assertThat(Churn.of(GATES)).isEqualTo(new Churn(0.02, 0.02));
    assertThat(Churn.of(GATES).limit(clients)).isEqualTo(limit);
  }

  /**
   * Polya's urn: each that is lost makes the next loss more probable. Products of fractions only.
   */
  private static double naiveUrn(int lost, int clients, double rate, double correlation) {
    double alpha = rate * (1 - correlation) / correlation;
    double beta = (1 - rate) * (1 - correlation) / correlation;
    double[] probability = {1};
    for (int drawn = 0; drawn < clients; drawn++) {
      double[] next = new double[drawn + 2];
      for (int k = 0; k <= drawn; k++) {
        double another = (alpha + k) / (alpha + beta + drawn);
        next[k + 1] += probability[k] * another;
        next[k] += probability[k] * (1 - another);
      }
      probability = next;
    }
    double tail = 0;
    for (int k = lost; k <= clients; k++) {
      tail += probability[k];
    }
    return tail;
  }

  @ParameterizedTest
  @CsvSource({"4,10,0.02,0.02", "30,200,0.02,0.02", "3,60,0.05,0.1", "0,5,0.5,0.3", "5,5,0.5,0.3"})
  void a_beta_binomial_tail_is_what_an_urn_gives(
      int lost, int clients, double rate, double correlation) {
    assertThat(new Churn(rate, correlation).atLeast(new Sample(clients, lost)))
        .isCloseTo(naiveUrn(lost, clients, rate, correlation), within(1e-10));
  }

  @Test
  void a_limit_is_the_first_number_below_the_allowed_error() {
    for (int clients : new int[] {5, 17, 80, 400}) {
      Churn churn = Churn.of(GATES);
      int limit = churn.limit(clients);
      assertThat(churn.atLeast(new Sample(clients, limit))).isLessThanOrEqualTo(0.001);
      assertThat(churn.atLeast(new Sample(clients, limit - 1))).isGreaterThan(0.001);
    }
  }

  @Test
  void one_client_and_everybody_and_65536_have_a_limit_too() {
    assertThat(Churn.of(GATES).limit(1)).isEqualTo(2);
    assertThat(Churn.of(GATES).limit(0)).isEqualTo(1);
    assertThat(new Churn(1, 0.02).limit(20)).isEqualTo(21);
    assertThat(Churn.of(GATES).limit(65_536)).isBetween(65_536 / 50, 65_536 / 5);
  }

  /** rollout.md §3.6: at nominal 1 %, 3.0 % with 50 clients and 10.8 % with 200. */
  @ParameterizedTest
  @CsvSource({"50,0.030", "200,0.108"})
  void a_plain_binomial_limit_raises_false_alarms_where_clients_share_their_fate(
      int clients, double realised) {
    int limit =
        IntStream.rangeClosed(1, clients)
            .filter(k -> Exact.atLeast(new Sample(clients, k), 0.02) <= 0.01)
            .findFirst()
            .orElseThrow();
    assertThat(Churn.of(GATES).atLeast(new Sample(clients, limit)))
        .isCloseTo(realised, within(0.005));
  }

  // --- the sequential test ---------------------------------------------------------------------

  /** wireguard.md §1.11: a failure adds 2.30, a success takes 0.046. */
  @Test
  void a_failure_weighs_as_much_as_fifty_successes() {
    assertThat(RATES.logRatio(new Sample(1, 1))).isCloseTo(2.3026, within(1e-4));
    assertThat(RATES.logRatio(new Sample(1, 0))).isCloseTo(-0.0463, within(1e-4));
  }

  private static SequentialTest.Result oneByOne(Random random, int clients, double rate) {
    List<Cohort> cohorts = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      cohorts.add(new Cohort(i, 1, random.nextDouble() < rate ? 1 : 0));
    }
    return new SequentialTest(RATES).of(cohorts, 0);
  }

  @Test
  void looked_at_after_every_client_it_raises_no_more_false_alarms_than_allowed() {
    Random random = new Random(11);
    int runs = 4000;
    long alarms =
        IntStream.range(0, runs).filter(run -> oneByOne(random, 1000, 0.005).rejects()).count();
    // 0.5 %, and three standard deviations of such a count.
    assertThat(alarms).isLessThanOrEqualTo(20 + 14);
    assertThat(alarms).as("or nothing would be tested").isPositive();
  }

  @Test
  void it_finds_what_is_broken_after_some_75_clients() {
    Random random = new Random(12);
    int runs = 500;
    double clients = 0;
    int rejected = 0;
    for (int run = 0; run < runs; run++) {
      int at = 0;
      Sample due = Sample.NONE;
      double highest = 0;
      while (highest < -Math.log(0.005) && at < 1000) {
        due = due.plus(new Sample(1, random.nextDouble() < 0.05 ? 1 : 0));
        highest = Math.max(highest, RATES.logRatio(due));
        at++;
      }
      rejected += at < 1000 ? 1 : 0;
      clients += at;
    }
    assertThat(rejected).isGreaterThanOrEqualTo(495);
    assertThat(clients / runs).isBetween(65.0, 90.0);
  }

  @Test
  void the_order_in_which_cohorts_are_listed_does_not_matter_and_that_of_time_does() {
    List<Cohort> cohorts = new ArrayList<>();
    for (int second = 0; second < 30; second++) {
      cohorts.add(new Cohort(second, 10, second == 3 ? 3 : 0));
    }
    SequentialTest test = new SequentialTest(RATES);
    SequentialTest.Result inOrder = test.of(cohorts, 0);
    Collections.shuffle(cohorts, new Random(5));
    assertThat(test.of(cohorts, 0)).isEqualTo(inOrder);
    assertThat(inOrder.sample()).isEqualTo(new Sample(40, 3));
    assertThat(test.of(List.of(new Cohort(0, 300, 3)), 0).highest()).isLessThan(inOrder.highest());
  }

  @Test
  void more_failures_never_make_it_less_sure() {
    SequentialTest test = new SequentialTest(RATES);
    for (int failed = 1; failed <= 50; failed++) {
      assertThat(test.of(List.of(new Cohort(1, 50, failed)), 50).highest())
          .isGreaterThanOrEqualTo(test.of(List.of(new Cohort(1, 50, failed - 1)), 50).highest());
    }
  }

  @ParameterizedTest
  @CsvSource({"10000,10000", "500,500", "0,10000", "50,10000", "0,1"})
  void rates_at_the_edge_give_numbers_and_no_acceptance_of_everything(int healthy, int broken) {
    Rates rates =
        Rates.of(
            new Gates(
                new Percent(healthy), new Percent(broken), new Percent(2000), new Percent(0)));
    for (int lost = 0; lost <= 20; lost++) {
      assertThat(rates.logRatio(new Sample(20, lost))).isNotNaN();
    }
    assertThat(new SequentialTest(rates).of(List.of(new Cohort(1, 20, 20)), 20).p())
        .isBetween(0.0, 1.0);
  }

  @Test
  void those_who_ask_first_are_not_everybody() {
    List<Cohort> first = List.of(new Cohort(12, 5, 5), new Cohort(26, 500, 2));
    assertThat(new SequentialTest(RATES).of(first, 1000).rejects()).isFalse();
    assertThat(new SequentialTest(RATES).of(first, 0).rejects()).as("or it would").isTrue();
  }

  // --- a wave as a whole -----------------------------------------------------------------------

  private static List<Sample> wave(int gateways, int clients, int lostEach) {
    return Collections.nCopies(gateways, new Sample(clients, lostEach));
  }

  @Test
  void a_loss_that_no_gateway_shows_alone_is_seen_in_the_wave() {
    assertThat(WaveGate.of(GATES, wave(20, 200, 1), Optional.empty()).says()).isEqualTo(Says.PASS);
    WaveGate small = WaveGate.of(GATES, wave(20, 200, 5), Optional.empty());
    assertThat(small.says()).isEqualTo(Says.FAIL);
    assertThat(small.sentence()).startsWith("100 of 4000 clients of the whole wave");
  }

  /** By hand: 4000 · 0.5 % = 20; 4000 · 0.005 · 0.995 · (1 + 199 · 0.02) = 99.1, root 9.955. */
  @Test
  void the_limit_of_a_wave_is_expected_and_four_clustered_sigma_and_one() {
    WaveGate wave = WaveGate.of(GATES, wave(20, 200, 0), Optional.empty());
    assertThat(wave.expected()).isCloseTo(20, within(1e-9));
    assertThat(wave.sigma()).isCloseTo(9.955, within(1e-3));
    assertThat(wave.limit()).isCloseTo(60.82, within(1e-2));
  }

  @Test
  void what_a_control_loses_as_well_is_expected() {
    List<Sample> five = wave(20, 200, 10);
    assertThat(WaveGate.of(GATES, five, Optional.empty()).says()).isEqualTo(Says.FAIL);
    ControlGroup same = new ControlGroup(new Sample(1000, 50));
    assertThat(WaveGate.of(GATES, five, Optional.of(same)).says()).isEqualTo(Says.PASS);
  }

  @Test
  void a_wave_of_nobody_or_of_four_clients_never_passes() {
    assertThat(WaveGate.of(GATES, List.of(), Optional.empty()).says()).isEqualTo(Says.INCONCLUSIVE);
    assertThat(WaveGate.of(GATES, wave(2, 2, 0), Optional.empty()).says())
        .isEqualTo(Says.INCONCLUSIVE);
  }

  @Test
  void the_order_of_gateways_does_not_matter_and_more_lost_never_help() {
    List<Sample> wave = new ArrayList<>(List.of(new Sample(300, 4), new Sample(20, 1)));
    WaveGate one = WaveGate.of(GATES, wave, Optional.empty());
    Collections.reverse(wave);
    assertThat(WaveGate.of(GATES, wave, Optional.empty())).isEqualTo(one);
    boolean failed = false;
    for (int lost = 0; lost <= 200; lost++) {
      boolean fails = WaveGate.of(GATES, wave(1, 200, lost), Optional.empty()).says() == Says.FAIL;
      assertThat(fails || !failed).isTrue();
      failed = fails;
    }
    assertThat(failed).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 6})
  void no_sample_has_more_lost_than_clients(int lost) {
    assertThatThrownBy(() -> new Sample(5, lost)).isInstanceOf(IllegalArgumentException.class);
  }
}
