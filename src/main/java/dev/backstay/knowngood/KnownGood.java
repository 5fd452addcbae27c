package dev.backstay.knowngood;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known to be good on each platform.
 *
 * @param platforms the newest first; never an empty list
 */
public record KnownGood(SortedMap<Platform, List<Proven>> platforms) {
  /** What was good before may be wanted when the newest turns out not to be. */
  private static final int MOST = 5;

  public static final KnownGood NOTHING = new KnownGood(new TreeMap<>());

  public KnownGood {
    platforms = Collections.unmodifiableSortedMap(new TreeMap<>(platforms));
  }

  /**
   * @param file need not exist
   * @throws dev.backstay.problem.ProblemException with every mistake in the file
   */
  public static KnownGood read(Path file) {
    return Files.exists(file) ? KnownGoodReader.read(file) : NOTHING;
  }

  /** The newest of a platform. */
  public Optional<Proven> of(Platform platform) {
    return history(platform).stream().findFirst();
  }

  /**
   * The newest of a platform with other versions of these packages: what to go back to from them.
   *
   * @param packages name to version
   */
  public Optional<Proven> otherThan(Platform platform, Map<String, String> packages) {
    return history(platform).stream()
        .filter(proven -> proven.packages().keySet().containsAll(packages.keySet()))
        .filter(proven ->
            packages.entrySet().stream()
                .anyMatch(has -> !has.getValue().equals(proven.packages().get(has.getKey()))))
        .findFirst();
  }

  private List<Proven> history(Platform platform) {
    return platforms.getOrDefault(platform, List.of());
  }

  /** With one more, which is the newest now. Telling the same rollout twice changes nothing. */
  public KnownGood with(Platform platform, Proven proven) {
    List<Proven> all = new ArrayList<>();
    all.add(proven);
    history(platform).stream()
        .filter(older -> !older.rollout().equals(proven.rollout()))
        .limit(MOST - 1L)
        .forEach(all::add);
    SortedMap<Platform, List<Proven>> more = new TreeMap<>(platforms);
    more.put(platform, List.copyOf(all));
    return new KnownGood(more);
  }
}
