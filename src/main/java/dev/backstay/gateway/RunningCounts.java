package dev.backstay.gateway;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Counts by source that only grow. The packet filter begins anew with a source that it had
 * forgotten, and with all of them when somebody flushes its tables.
 */
final class RunningCounts {
  /** As long as the packet filter keeps a source itself. */
  private static final double KEPT = Duration.ofMinutes(15).toSeconds();

  private final Map<String, Long> filter = new HashMap<>();
  private final Map<String, Long> total = new HashMap<>();
  private final Map<String, Double> gone = new HashMap<>();

  /** Notes what the packet filter has now; zero is a source that it has forgotten. */
  void tell(JsonNode node, double uptime) {
    node.properties()
        .forEach(e -> {
          String source = e.getKey();
          long now = e.getValue().asLong();
          long before = filter.getOrDefault(source, 0L);
          if (now == 0) {
            filter.remove(source);
            gone.put(source, uptime);
            return;
          }
          filter.put(source, now);
          gone.remove(source);
          total.merge(source, now >= before ? now - before : now, Long::sum);
        });
  }

  /** All others are forgotten by the packet filter; after a while also here. */
  void onlyThoseOf(JsonNode node, double uptime) {
    filter
        .keySet()
        .removeIf(source -> {
          boolean forgotten = !node.has(source);
          if (forgotten) {
            gone.put(source, uptime);
          }
          return forgotten;
        });
    gone.entrySet()
        .removeIf(one -> {
          boolean over = uptime - one.getValue() > KEPT;
          if (over) {
            total.remove(one.getKey());
          }
          return over;
        });
  }

  Map<String, Long> totals() {
    return total;
  }
}
