package dev.backstay.simulation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which mishap strikes which gateway, at which of the commands that it gets: before the command
 * takes effect, or after it and before the answer is seen.
 */
final class Mishaps {
  /**
   * @param command counts from 1
   */
  record Blow(int command, boolean before, Mishap mishap) {}

  private final Map<String, List<Blow>> blows;
  private final Map<String, Integer> commands = new HashMap<>();

  /**
   * @param blows by gateway
   */
  Mishaps(Map<String, List<Blow>> blows) {
    this.blows = Map.copyOf(blows);
  }

  void before(Machine machine) {
    commands.merge(machine.name, 1, Integer::sum);
    strike(machine, true);
  }

  void after(Machine machine) {
    strike(machine, false);
  }

  private void strike(Machine machine, boolean before) {
    int command = commands.getOrDefault(machine.name, 0);
    for (Blow blow : blows.getOrDefault(machine.name, List.of())) {
      if (blow.before() == before && blow.command() == command) {
        blow.mishap().strike(machine);
      }
    }
  }
}
