package dev.backstay.gateway;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Reads what {@code deadman status} prints: tab-separated lines, first word is the key. */
final class LeaseStatusReader {
  private LeaseStatusReader() {}

  static LeaseStatus read(String text) {
    Map<String, String> values = new HashMap<>();
    for (String line : text.lines().toList()) {
      int tab = line.indexOf('\t');
      if (tab > 0 && !line.startsWith("journal\t")) {
        values.put(line.substring(0, tab), line.substring(tab + 1));
      }
    }
    return new LeaseStatus(
        LeaseStatus.State.named(values.getOrDefault("state", "")),
        values.getOrDefault("rollout", ""),
        (int) number(values.getOrDefault("attempt", "0")),
        number(values.getOrDefault("epoch", "0")),
        Duration.ofSeconds(number(values.getOrDefault("remaining", "0"))),
        values.getOrDefault("reason", ""));
  }

  private static long number(String word) {
    return word.matches("[0-9]{1,18}") ? Long.parseLong(word) : 0;
  }
}
