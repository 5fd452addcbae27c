package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import dev.backstay.playbook.Limits;
import dev.backstay.playbook.Percent;
import dev.backstay.playbook.WaveSize;
import dev.backstay.rollout.Waves.Candidate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WavesTest {
  private static final Limits WIDE = limits(500, true);

  private static Limits limits(int parallel, boolean pairsApart) {
    return new Limits(Limits.Allowance.NONE, Map.of(), parallel, pairsApart);
  }

  private static Candidate gateway(int number, String platform, int clients, String pair) {
    return new Candidate("gw" + number, platform, clients, pair);
  }

  private static List<Candidate> alike(int count) {
    return IntStream.range(0, count).mapToObj(i -> gateway(i, "debian 12", 20, "")).toList();
  }

  private static List<List<String>> names(List<Wave> waves) {
    return waves.stream().map(Wave::gateways).toList();
  }

  @Test
  void one_four_a_fifth_and_the_rest() {
    List<WaveSize> sizes =
        List.of(
            new WaveSize.Count(1),
            new WaveSize.Count(4),
            new WaveSize.Share(new Percent(2000)),
            new WaveSize.Rest());
    assertThat(Waves.cut(alike(101), sizes, WIDE))
        .extracting(wave -> wave.choices().size())
        .containsExactly(1, 4, 21, 75);
  }

  @Test
  void a_share_of_few_gateways_is_never_empty() {
    List<WaveSize> sizes = List.of(new WaveSize.Share(new Percent(100)), new WaveSize.Rest());
    assertThat(Waves.cut(alike(3), sizes, WIDE))
        .extracting(wave -> wave.choices().size())
        .containsExactly(1, 2);
  }

  @Test
  void a_wave_holds_no_more_gateways_than_may_be_under_a_lease_at_once() {
    assertThat(
            Waves.cut(
                alike(25), List.of(new WaveSize.Count(1), new WaveSize.Rest()), limits(10, true)))
        .extracting(wave -> wave.choices().size())
        .containsExactly(1, 10, 10, 4);
  }

  @Test
  void each_platform_is_met_by_its_gateway_with_the_most_clients_before_any_is_met_twice() {
    List<Candidate> fleet =
        List.of(
            gateway(1, "debian 12", 3, ""),
            gateway(2, "debian 12", 40, ""),
            gateway(3, "ubuntu 24.04", 7, ""),
            gateway(4, "debian 12", 40, ""),
            gateway(5, "debian 13", 5, ""),
            gateway(6, "debian 13", 9, ""));
    List<Wave> waves = Waves.cut(fleet, List.of(new WaveSize.Count(2), new WaveSize.Rest()), WIDE);
    assertThat(names(waves))
        .containsExactly(List.of("gw2", "gw6"), List.of("gw3", "gw1", "gw4", "gw5"));
    assertThat(waves.getFirst().choices().getFirst().reason())
        .isEqualTo("40 active clients, the most of the 3 on debian 12");
    assertThat(waves.getLast().choices().getFirst().reason())
        .isEqualTo("the only one on ubuntu 24.04, with 7 active clients");
    assertThat(waves.getLast().choices().getLast().reason()).isEmpty();
  }

  @Test
  void the_reason_of_a_canary_is_a_sentence_also_in_a_fleet_of_one() {
    List<WaveSize> rest = List.of(new WaveSize.Rest());
    assertThat(reasons(Waves.cut(List.of(gateway(1, "debian 12", 1, "")), rest, WIDE)))
        .containsExactly("the only one on debian 12, with 1 active client");
    List<Candidate> same = List.of(gateway(1, "debian 12", 0, ""), gateway(2, "debian 12", 20, ""));
    assertThat(reasons(Waves.cut(same, rest, WIDE)))
        .containsExactly(
            "20 active clients, the most of the 2 on the one platform there is, debian 12", "");
  }

  private static List<String> reasons(List<Wave> waves) {
    return waves.stream()
        .flatMap(wave -> wave.choices().stream())
        .map(Wave.Choice::reason)
        .toList();
  }

  @Test
  void members_of_a_pair_never_stand_in_one_wave_unless_the_playbook_lets_them() {
    List<Candidate> fleet =
        List.of(
            gateway(1, "p", 1, "a"),
            gateway(2, "p", 1, "a"),
            gateway(3, "p", 1, "b"),
            gateway(4, "p", 1, "b"),
            gateway(5, "p", 1, ""));
    assertThat(names(Waves.cut(fleet, List.of(new WaveSize.Rest()), WIDE)))
        .containsExactly(List.of("gw1", "gw3", "gw5"), List.of("gw2", "gw4"));
    assertThat(names(Waves.cut(fleet, List.of(new WaveSize.Rest()), limits(50, false))))
        .containsExactly(List.of("gw1", "gw2", "gw3", "gw4", "gw5"));
  }

  @Test
  void a_person_is_asked_between_the_waves_that_ask_stands_between() {
    List<WaveSize> sizes = List.of(new WaveSize.Count(1), new WaveSize.Ask(), new WaveSize.Rest());
    assertThat(Waves.cut(alike(25), sizes, limits(20, true)))
        .extracting(Wave::askFirst)
        .containsExactly(false, true, false);
  }

  @Test
  void a_control_is_changed_last_and_has_clients_and_no_platform_waits_for_it() {
    List<Candidate> fleet =
        List.of(
            gateway(1, "debian 12", 9, ""),
            gateway(2, "debian 12", 8, ""),
            gateway(3, "debian 12", 8, ""),
            gateway(4, "debian 12", 0, ""),
            gateway(5, "debian 13", 1, ""));
    Waves.Cut cut =
        Waves.cut(
            fleet,
            List.of(new WaveSize.Count(1), new WaveSize.Rest()),
            WIDE,
            new WaveSize.Share(new Percent(4000)));
    assertThat(cut.control()).containsExactly("gw2", "gw3");
    assertThat(names(cut.waves()))
        .containsExactly(List.of("gw1"), List.of("gw5", "gw4"), List.of("gw2", "gw3"));
    assertThat(cut.waves().getLast().choices().getFirst().reason())
        .isEqualTo("held back: 8 active clients until then, to tell what is lost anyway");
  }

  @Test
  void of_each_platform_one_is_changed_before_the_control() {
    List<WaveSize> rest = List.of(new WaveSize.Rest());
    Waves.Cut cut = Waves.cut(alike(3), rest, WIDE, new WaveSize.Count(3));
    assertThat(cut.control()).hasSize(2);
    assertThat(names(cut.waves())).hasSize(2).first().asInstanceOf(LIST).hasSize(1);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void no_gateway_is_forgotten_or_taken_twice_and_no_pair_meets(long seed) {
    Random random = new Random(seed);
    List<Candidate> all =
        IntStream.range(0, random.nextInt(60))
            .mapToObj(i ->
                gateway(
                    i,
                    "p" + random.nextInt(3),
                    random.nextInt(9),
                    random.nextBoolean() ? "" : "pair" + random.nextInt(9)))
            .toList();
    List<WaveSize> sizes =
        List.of(
            new WaveSize.Count(1 + random.nextInt(9)),
            new WaveSize.Share(new Percent(1 + random.nextInt(9000))));
    List<Wave> waves = Waves.cut(all, sizes, limits(1 + random.nextInt(9), true));
    assertThat(waves.stream().flatMap(wave -> wave.gateways().stream()).toList())
        .containsExactlyInAnyOrderElementsOf(all.stream().map(Candidate::name).toList());
    for (Wave wave : waves) {
      Set<String> pairs = new HashSet<>();
      all.stream()
          .filter(one -> !one.pair().isEmpty() && wave.gateways().contains(one.name()))
          .forEach(one -> assertThat(pairs.add(one.pair())).as(one.pair()).isTrue());
    }
  }
}
