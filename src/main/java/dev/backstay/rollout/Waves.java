package dev.backstay.rollout;

import dev.backstay.playbook.Limits;
import dev.backstay.playbook.Percent;
import dev.backstay.playbook.WaveSize;
import dev.backstay.rollout.Wave.Choice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Wave arithmetic. A fault that strikes one platform is seen at the first gateway of that platform,
 * so each platform is met as early as the sizes allow: one gateway of each comes first, the largest
 * platform before the others, and of each the gateway with the most active clients, because few
 * clients prove little. The rest follows in the order of the inventory.
 */
final class Waves {
  /**
   * A gateway that will change.
   *
   * @param platform the same text for gateways that take a change in the same way
   * @param clients that are active now
   * @param pair empty for one that stands alone
   */
  record Candidate(String name, String platform, int clients, String pair) {}

  private final Limits limits;
  private final int total;
  private final List<Wave> waves = new ArrayList<>();
  private final List<Candidate> waiting;
  private final Map<String, String> reasons = new LinkedHashMap<>();
  private boolean ask;

  /**
   * @param control gateways that are changed last, in waves of their own
   */
  record Cut(List<Wave> waves, List<String> control) {
    Cut {
      waves = List.copyOf(waves);
      control = List.copyOf(control);
    }
  }

  private Waves(List<Candidate> candidates, Limits limits) {
    this.limits = limits;
    this.total = candidates.size();
    this.waiting = inOrder(candidates);
  }

  /**
   * Cuts gateways into waves. Whatever the sizes leave over becomes more waves, so that no selected
   * gateway is ever forgotten.
   */
  static List<Wave> cut(List<Candidate> candidates, List<WaveSize> sizes, Limits limits) {
    Waves waves = new Waves(candidates, limits);
    sizes.forEach(waves::take);
    waves.takeUpTo(candidates.size());
    return List.copyOf(waves.waves);
  }

  /**
   * The same, with gateways held back as a control: of those whose turn comes last the ones with
   * clients, because nobody else has anything to tell. A platform's first is never one of them.
   *
   * @param control how many; at least one gateway is left to be changed before them
   */
  static Cut cut(
      List<Candidate> candidates, List<WaveSize> sizes, Limits limits, WaveSize control) {
    Waves waves = new Waves(candidates, limits);
    List<Candidate> held = waves.holdBack(count(control, candidates.size()));
    sizes.forEach(waves::take);
    waves.takeUpTo(candidates.size());
    held.forEach(one ->
        waves.reasons.put(
            one.name(),
            "held back: %s until then, to tell what is lost anyway"
                .formatted(clients(one.clients()))));
    waves.waiting.addAll(held);
    waves.takeUpTo(candidates.size());
    return new Cut(waves.waves, held.stream().map(Candidate::name).toList());
  }

  private List<Candidate> holdBack(int count) {
    List<Candidate> held =
        waiting.reversed().stream()
            .filter(one -> !reasons.containsKey(one.name()))
            .sorted(Comparator.comparing(one -> one.clients() == 0))
            .limit(count)
            .toList();
    waiting.removeAll(held);
    return held.reversed();
  }

  /** How many gateways of so many that is. */
  static int count(WaveSize size, int total) {
    return switch (size) {
      case WaveSize.Count(int gateways) -> gateways;
      case WaveSize.Share(Percent percent) ->
          Math.ceilDiv(percent.hundredths() * total, Percent.WHOLE);
      case WaveSize.Rest() -> total;
      case WaveSize.Ask() -> 0;
    };
  }

  private List<Candidate> inOrder(List<Candidate> candidates) {
    Map<String, List<Candidate>> platforms = new LinkedHashMap<>();
    candidates.forEach(
        one -> platforms.computeIfAbsent(one.platform(), name -> new ArrayList<>()).add(one));
    List<Candidate> order = new ArrayList<>();
    platforms.values().stream()
        .sorted(Comparator.comparingInt((List<Candidate> of) -> of.size()).reversed())
        .forEach(of -> order.add(firstOf(of, platforms.size())));
    Set<Candidate> first = new HashSet<>(order);
    candidates.stream().filter(one -> !first.contains(one)).forEach(order::add);
    return order;
  }

  private Candidate firstOf(List<Candidate> platform, int platforms) {
    // Of several with as many clients the first: max() would take the last.
    Candidate first =
        platform.stream()
            .sorted(Comparator.comparingInt(Candidate::clients).reversed())
            .findFirst()
            .orElseThrow();
    reasons.put(
        first.name(),
        platform.size() == 1
            ? "the only one on %s, with %s".formatted(first.platform(), clients(first.clients()))
            : "%s, the most of the %d on %s"
                .formatted(clients(first.clients()), platform.size(), where(first, platforms)));
    return first;
  }

  private static String where(Candidate one, int platforms) {
    return platforms == 1 ? "the one platform there is, " + one.platform() : one.platform();
  }

  private static String clients(int count) {
    return count == 1 ? "1 active client" : count + " active clients";
  }

  private void take(WaveSize size) {
    ask |= size instanceof WaveSize.Ask;
    takeUpTo(count(size, total));
  }

  /**
   * As many waves as it takes: no more gateways at once than may be, and no pair in one of them.
   */
  private void takeUpTo(int count) {
    int left = Math.min(count, waiting.size());
    while (left > 0) {
      List<Choice> choices = oneWave(Math.min(left, limits.parallel()));
      waves.add(new Wave(choices, ask));
      ask = false;
      left -= choices.size();
    }
  }

  private List<Choice> oneWave(int count) {
    List<Choice> choices = new ArrayList<>();
    Set<String> pairs = new HashSet<>();
    waiting.removeIf(one -> {
      boolean partnerIsIn = limits.pairsApart() && pairs.contains(one.pair());
      if (choices.size() == count || partnerIsIn) {
        return false;
      }
      if (!one.pair().isEmpty()) {
        pairs.add(one.pair());
      }
      choices.add(new Choice(one.name(), reasons.getOrDefault(one.name(), "")));
      return true;
    });
    return choices;
  }
}
