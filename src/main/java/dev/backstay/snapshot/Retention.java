package dev.backstay.snapshot;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which snapshots of each gateway stay. A snapshot stays if one of the rules wants it; the newest
 * one of a gateway always does. Days, weeks (ISO) and months are UTC's, and only those count that
 * have a snapshot, so a gateway that has not changed for a year keeps its history.
 *
 * @param last so many newest ones
 * @param daily the newest one of each of so many days
 * @param weekly of each of so many weeks
 * @param monthly of each of so many months
 */
public record Retention(int last, int daily, int weekly, int monthly) {
  /**
   * @throws dev.backstay.problem.ProblemException {@code retention-invalid}: a number is negative,
   *     or none is given
   */
  public Retention {
    if (last < 0 || daily < 0 || weekly < 0 || monthly < 0) {
      throw VaultProblems.retentionInvalid(
          "a number of snapshots to keep is negative", "give numbers from 0");
    }
    if (last + daily + weekly + monthly == 0) {
      throw VaultProblems.retentionInvalid(
          "nothing says what to keep",
          "name at least one: --keep-last, --keep-daily, --keep-weekly or --keep-monthly");
    }
  }

  /**
   * @param newestFirst of any number of gateways
   * @return those that stay, in the same order
   */
  public List<Snapshot> keep(List<Snapshot> newestFirst) {
    Map<String, List<Snapshot>> byGateway =
        newestFirst.stream()
            .collect(
                Collectors.groupingBy(Snapshot::gateway, LinkedHashMap::new, Collectors.toList()));
    Set<Snapshot> kept = new HashSet<>();
    byGateway.values().forEach(snapshots -> kept.addAll(keepOfOne(snapshots)));
    return newestFirst.stream().filter(kept::contains).toList();
  }

  private Set<Snapshot> keepOfOne(List<Snapshot> newestFirst) {
    Set<Snapshot> kept = new HashSet<>(newestFirst.subList(0, Math.min(1, newestFirst.size())));
    kept.addAll(newestFirst.subList(0, Math.min(last, newestFirst.size())));
    kept.addAll(newestOfEach(newestFirst, daily, Retention::day));
    kept.addAll(newestOfEach(newestFirst, weekly, Retention::week));
    kept.addAll(newestOfEach(newestFirst, monthly, Retention::month));
    return kept;
  }

  private static Set<Snapshot> newestOfEach(
      List<Snapshot> newestFirst, int count, Function<Snapshot, Object> period) {
    Map<Object, Snapshot> newest = new LinkedHashMap<>();
    for (Snapshot snapshot : newestFirst) {
      Object its = period.apply(snapshot);
      if (newest.size() < count || newest.containsKey(its)) {
        newest.putIfAbsent(its, snapshot);
      }
    }
    return new HashSet<>(newest.values());
  }

  private static LocalDate day(Snapshot snapshot) {
    return LocalDate.ofInstant(snapshot.savedAt(), ZoneOffset.UTC);
  }

  private static List<Integer> week(Snapshot snapshot) {
    LocalDate day = day(snapshot);
    return List.of(day.get(IsoFields.WEEK_BASED_YEAR), day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
  }

  private static YearMonth month(Snapshot snapshot) {
    return YearMonth.from(day(snapshot));
  }
}
