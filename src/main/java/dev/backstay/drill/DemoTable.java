package dev.backstay.drill;

import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalDouble;

/** The table at the demo's end. */
final class DemoTable {
  private static final String ROW = "%-46s %-18s %8s %10s %8s %9s %13s%n";

  private DemoTable() {}

  /** Whether everything went as announced. */
  static boolean print(PrintWriter out, List<ActResult> results, LeftAlone.Measured leftAlone) {
    out.println();
    out.printf(
        ROW, "rollout", "ended", "fault to", "verdict to", "clients", "last back", "pings lost");
    out.printf(ROW, "", "", "verdict", "restored", "back", "after", "by clients");
    for (ActResult result : results) {
      out.printf(
          ROW,
          result.title(),
          result.outcome(),
          seconds(result.toVerdict()),
          seconds(result.toRestored()),
          result.clientsBack(),
          seconds(result.lastBack()),
          result.pings());
    }
    out.println();
    results.stream()
        .findFirst()
        .ifPresent(good ->
            out.printf(
                "Back after a module reload: %s clients in %s when Backstay calls them;%n",
                good.clientsBack(), seconds(good.lastBack())));
    out.printf(
        "by hand and left alone %d of %d: half of them after %.0f s, the last after %.0f s.%n",
        leftAlone.back(), leftAlone.eligible(), leftAlone.half(), leftAlone.last());
    List<ActResult> odd = results.stream().filter(r -> !r.differences().isEmpty()).toList();
    out.println(
        odd.isEmpty()
            ? "Everything went as announced."
            : "%d of %d rollouts did not go as announced.".formatted(odd.size(), results.size()));
    out.flush();
    return odd.isEmpty();
  }

  private static String seconds(OptionalDouble value) {
    return value.isPresent() ? "%.1f s".formatted(value.getAsDouble()) : "";
  }
}
