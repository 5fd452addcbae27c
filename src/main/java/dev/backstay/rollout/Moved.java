package dev.backstay.rollout;

import dev.backstay.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is no longer as a saved plan has it, each with the fact that moved. Empty: it still holds.
 */
public final class Moved {
  private static final String CODE = "plan-stale";
  private static final String AGAIN = "look at what happened, then plan again: backstay plan";

  private Moved() {}

  /**
   * @param saved what was approved
   * @param now the same playbook resolved against what the gateways say now
   */
  public static List<Problem> between(SavedPlan saved, SavedPlan now) {
    List<Problem> moved = new ArrayList<>();
    if (!saved.inventory().sha256().equals(now.inventory().sha256())) {
      moved.add(
          new Problem(
              CODE, now.inventory().file(), "the inventory is not the one of the plan", AGAIN));
    }
    Map<String, SavedPlan.Entry> before = saved.byName();
    Map<String, SavedPlan.Entry> after = now.byName();
    for (String name : union(before, after)) {
      if (!before.containsKey(name)) {
        moved.add(new Problem(CODE, name, "this gateway is selected, but not in the plan", AGAIN));
      } else if (!after.containsKey(name)) {
        moved.add(new Problem(CODE, name, "this gateway of the plan is not selected", AGAIN));
      } else {
        gateway(before.get(name), after.get(name), moved);
      }
    }
    return moved;
  }

  private static void gateway(SavedPlan.Entry before, SavedPlan.Entry after, List<Problem> moved) {
    int known = moved.size();
    for (String fact : union(before.facts(), after.facts())) {
      String was = before.facts().getOrDefault(fact, "none");
      String is = after.facts().getOrDefault(fact, "none");
      if (!was.equals(is)) {
        moved.add(
            new Problem(
                CODE,
                before.name(),
                "%s is %s, and the plan was made for %s".formatted(fact, is, was),
                AGAIN));
      }
    }
    if (moved.size() == known && !before.changes().equals(after.changes())) {
      moved.add(
          new Problem(
              CODE,
              before.name(),
              "what would change is now %s, and the plan says %s"
                  .formatted(
                      beyond(after.changes(), before.changes()),
                      beyond(before.changes(), after.changes())),
              AGAIN));
    }
  }

  /** What is the same on both sides tells nobody anything, unless it is all there is. */
  private static String beyond(List<String> one, List<String> other) {
    List<String> only = one.stream().filter(line -> !other.contains(line)).toList();
    List<String> told = only.isEmpty() ? one : only;
    return told.isEmpty() ? "nothing" : "\"" + String.join(", ", told) + "\"";
  }

  private static TreeSet<String> union(Map<String, ?> one, Map<String, ?> other) {
    TreeMap<String, Object> all = new TreeMap<>(one);
    all.putAll(other);
    return new TreeSet<>(all.keySet());
  }
}
