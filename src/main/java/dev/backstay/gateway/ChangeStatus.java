package dev.backstay.gateway;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far the program {@code change} has come.
 *
 * @param running whether it is at work now
 * @param marks uptimes in seconds by name, such as {@code cut-begin} and {@code revert-cut-end}
 * @param reason why it reverted or failed; empty when it did not
 */
public record ChangeStatus(
    LeaseStatus.State state, boolean running, Map<String, Double> marks, String reason) {
  public ChangeStatus {
    marks = Map.copyOf(marks);
  }

  public Optional<Double> mark(String name) {
    return Optional.ofNullable(marks.get(name));
  }

  /** One line: the state, then tab-separated {@code key=value}. */
  static ChangeStatus read(String line) {
    String[] words = line.strip().split("\t", -1);
    Map<String, Double> marks = new HashMap<>();
    boolean running = false;
    String reason = "";
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      String key = equals < 0 ? words[i] : words[i].substring(0, equals);
      String value = equals < 0 ? "" : words[i].substring(equals + 1);
      switch (key) {
        case "running" -> running = value.equals("yes");
        case "reason" -> reason = value;
        default -> {
          if (value.matches("[0-9]+(\\.[0-9]+)?")) {
            marks.put(key, Double.parseDouble(value));
          }
        }
      }
    }
    return new ChangeStatus(LeaseStatus.State.named(words[0]), running, marks, reason);
  }
}
