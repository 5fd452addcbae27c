package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.playbook.Percent;
import dev.backstay.playbook.WaveSize;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WavesTest {
  private static List<Integer> gateways(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void one_four_a_fifth_and_the_rest() {
    List<WaveSize> sizes =
        List.of(
            new WaveSize.Count(1),
            new WaveSize.Count(4),
            new WaveSize.Share(new Percent(2000)),
            new WaveSize.Rest());
    assertThat(Waves.cut(gateways(101), sizes))
        .extracting(List::size)
        .containsExactly(1, 4, 21, 75);
  }

  @Test
  void a_share_of_few_gateways_is_never_empty() {
    List<WaveSize> sizes = List.of(new WaveSize.Share(new Percent(100)), new WaveSize.Rest());
    assertThat(Waves.cut(gateways(3), sizes)).extracting(List::size).containsExactly(1, 2);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void no_gateway_is_forgotten_or_taken_twice(long seed) {
    Random random = new Random(seed);
    List<Integer> all = gateways(random.nextInt(60));
    List<WaveSize> sizes =
        List.of(
            new WaveSize.Count(1 + random.nextInt(9)),
            new WaveSize.Share(new Percent(1 + random.nextInt(9000))));
    assertThat(Waves.cut(all, sizes).stream().flatMap(List::stream).toList()).isEqualTo(all);
  }
}
