package dev.backstay.change;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Settings of the kernel, as they run and as they are set at boot.
 *
 * @param changes only those that differ
 */
public record Tuning(List<Setting> changes) implements Part {
  /** A setting goes from what it is to what is wanted. */
  public record Setting(String key, String from, String to) {
    @Override
    public String toString() {
      return "%s %s → %s".formatted(key, from, to);
    }
  }

  public Tuning {
    changes = List.copyOf(changes);
  }

  @Override
  public String lines() {
    return changes.stream()
        .map(s -> "tuning\tsysctl\t%s\t%s\n".formatted(s.key(), s.to()))
        .collect(Collectors.joining());
  }

  @Override
  public String what() {
    return changes.stream().map(Setting::toString).collect(Collectors.joining(", "));
  }

  @Override
  public List<String> diff() {
    return changes.stream().map(s -> "sysctl " + s).toList();
  }

  @Override
  public boolean nothingToDo() {
    return changes.isEmpty();
  }
}
