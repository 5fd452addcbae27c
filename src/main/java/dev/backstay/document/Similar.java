package dev.backstay.document;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that somebody probably meant. */
public final class Similar {
  private Similar() {}

  /** The nearest candidate, if at most a third of the word would have to be typed anew. */
  public static Optional<String> to(String word, Collection<String> candidates) {
    int tolerance = Math.max(1, word.length() / 3);
    return candidates.stream()
        .filter(candidate -> distance(word, candidate) <= tolerance)
        .min(
            Comparator.comparingInt((String candidate) -> distance(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** A hint: the nearest candidate, or else all of them. */
  public static String hint(String word, String nameOfAll, Collection<String> candidates) {
    return to(word, candidates)
        .map(near -> "did you mean \"" + near + "\"?")
        .orElseGet(() ->
            candidates.isEmpty()
                ? "there are no " + nameOfAll + "."
                : nameOfAll + ": " + String.join(", ", candidates) + ".");
  }

  /**
   * Insertions, deletions, changes and swaps of neighbours that turn one word into the other
   * (optimal string alignment).
   */
  static int distance(String one, String other) {
    int[][] cost = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        cost[i][j] = i == 0 ? j : j == 0 ? i : cheapest(cost, one, other, i, j);
      }
    }
    return cost[one.length()][other.length()];
  }

  private static int cheapest(int[][] cost, String one, String other, int i, int j) {
    int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
    int least =
        Math.min(Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1), cost[i - 1][j - 1] + change);
    boolean swapped =
        i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1);
    return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }
}
