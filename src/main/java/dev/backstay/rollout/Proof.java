package dev.backstay.rollout;

import dev.backstay.knowngood.KnownGood;
import dev.backstay.knowngood.Platform;
import dev.backstay.knowngood.Proven;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a rollout has proved: only one that has ended with everything done proves anything, by what
 * its gateways themselves told when they were confirmed.
 */
public final class Proof {
  private static final String PACKAGE = "package ";
  private static final String CONFIG = "config ";

  private Proof() {}

  /** What is known to be good after this journal. */
  public static KnownGood after(KnownGood before, List<JournalLine> lines) {
    RolloutState state = RolloutState.fold(lines);
    if (state.end().filter(end -> end.result() == Result.DONE).isEmpty()) {
      return before;
    }
    String since = lines.getLast().time().truncatedTo(ChronoUnit.SECONDS).toString();
    Map<Platform, Map<String, Map<String, String>>> told = new LinkedHashMap<>();
    confirmations(lines)
        .forEach((gateway, facts) ->
            platform(facts)
                .ifPresent(platform ->
                    told.computeIfAbsent(platform, p -> new TreeMap<>()).put(gateway, facts)));
    KnownGood after = before;
    for (var one : told.entrySet()) {
      Proven proven = proven(since, state.id(), one.getValue());
      if (!proven.packages().isEmpty()) {
        after = after.with(one.getKey(), proven);
      }
    }
    return after;
  }

  /** By gateway, what it told at its confirmation, if that stands. */
  private static Map<String, Map<String, String>> confirmations(List<JournalLine> lines) {
    Map<String, Map<String, String>> facts = new LinkedHashMap<>();
    for (JournalLine line : lines) {
      switch (line.body()) {
        case Event.StepEnded(var gateway, var step, var result, var detail, var told)
            when step.equals("confirm") && result.equals("done") ->
            facts.put(gateway, told);
        case Event.GatewayEnded(var gateway, var ending, var reason)
            when !ending.equals("confirmed") ->
            facts.remove(gateway);
        case Event other -> {}
      }
    }
    return facts;
  }

  private static Optional<Platform> platform(Map<String, String> facts) {
    return Platform.of(
        facts.getOrDefault("os", ""),
        facts.getOrDefault("kernel", ""),
        facts.getOrDefault("architecture", ""),
        facts.getOrDefault("wireguard", ""));
  }

  /** Versions that its gateways do not agree on are not proved by it. */
  private static Proven proven(
      String since, String rollout, Map<String, Map<String, String>> byGateway) {
    List<Map<String, String>> all = new ArrayList<>(byGateway.values());
    SortedMap<String, String> packages = new TreeMap<>(named(all.getFirst(), PACKAGE));
    all.forEach(facts -> packages.entrySet().retainAll(named(facts, PACKAGE).entrySet()));
    SortedMap<String, SortedMap<String, String>> gateways = new TreeMap<>();
    byGateway.forEach(
        (gateway, facts) -> gateways.put(gateway, new TreeMap<>(named(facts, CONFIG))));
    return new Proven(
        since,
        rollout,
        all.getFirst().getOrDefault("kernel", ""),
        all.getFirst().getOrDefault("module", ""),
        packages,
        gateways);
  }

  private static Map<String, String> named(Map<String, String> facts, String prefix) {
    Map<String, String> named = new HashMap<>();
    facts.forEach((name, value) -> {
      if (name.startsWith(prefix)) {
        named.put(name.substring(prefix.length()), value);
      }
    });
    return named;
  }
}
