package dev.backstay.probe;

import dev.backstay.wireguard.Timing;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which sizes to try to find the largest packet that passes. Several at once, because each try
 * takes as long as a lost packet is waited for: from 64 to 9000 bytes it takes three of them.
 */
final class Sizes {
  private static final int AT_ONCE = 9;

  private Sizes() {}

  /**
   * Between one that passed and one that did not, and in the steps by which packets grow on the
   * wire. Empty when nothing lies between.
   */
  static List<Integer> between(int passed, int lost) {
    int first = passed / Timing.PADDING_BYTES + 1;
    int last = (lost - 1) / Timing.PADDING_BYTES;
    int count = last - first + 1;
    if (count <= AT_ONCE) {
      return IntStream.rangeClosed(first, last).map(Sizes::bytes).boxed().toList();
    }
    return IntStream.rangeClosed(1, AT_ONCE)
        .map(part -> bytes(first + part * count / (AT_ONCE + 1)))
        .boxed()
        .toList();
  }

  private static int bytes(int steps) {
    return steps * Timing.PADDING_BYTES;
  }
}
