package dev.backstay.rollout;

import dev.backstay.playbook.Percent;
import dev.backstay.playbook.WaveSize;
import java.util.ArrayList;
import java.util.List;

/** Wave arithmetic. */
final class Waves {
  private Waves() {}

  /**
   * Cuts gateways into waves in their order. Whatever the sizes leave over becomes one more wave,
   * so that no selected gateway is ever forgotten.
   */
  static <T> List<List<T>> cut(List<T> gateways, List<WaveSize> sizes) {
    List<List<T>> waves = new ArrayList<>();
    int next = 0;
    for (WaveSize size : sizes) {
      int end = Math.min(gateways.size(), next + count(size, gateways.size(), next));
      if (end > next) {
        waves.add(List.copyOf(gateways.subList(next, end)));
      }
      next = end;
    }
    if (next < gateways.size()) {
      waves.add(List.copyOf(gateways.subList(next, gateways.size())));
    }
    return waves;
  }

  private static int count(WaveSize size, int total, int taken) {
    return switch (size) {
      case WaveSize.Count(int gateways) -> gateways;
      case WaveSize.Share(Percent percent) ->
          Math.ceilDiv(percent.hundredths() * total, Percent.WHOLE);
      case WaveSize.Rest() -> total - taken;
    };
  }
}
