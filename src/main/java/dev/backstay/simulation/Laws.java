package dev.backstay.simulation;

import dev.backstay.playbook.Limits;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Result;
import dev.backstay.simulation.Trial.End.State;
import dev.backstay.simulation.Witness.Seen;
import dev.backstay.simulation.Witness.What;
import dev.backstay.transaction.Ending;
import dev.backstay.transaction.Resumption;
import dev.backstay.transaction.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What must hold of every rollout, whatever went wrong and whoever carried it on. Judged by what
 * really happened on the gateways, not by what the engine says of it.
 */
final class Laws {
  private static final String PASS = "pass";

  private final Trial.Outcome outcome;
  private final List<String> broken = new ArrayList<>();

  private Laws(Trial.Outcome outcome) {
    this.outcome = outcome;
  }

  /** Each law that was broken, as a sentence; none if all was well. */
  static List<String> brokenBy(Trial.Outcome outcome) {
    Laws laws = new Laws(outcome);
    laws.nothingIsChangedWithoutConfirm();
    laws.nothingIsConfirmedWithoutItsPassAndThatOfItsWave();
    laws.aGatewayIsChangedOnce();
    laws.membersOfAPairAreNotChangedTogether();
    laws.onlyPassingWavesPass();
    laws.whatIsReportedOfAGatewayIsTrue();
    laws.theResultIsTrue();
    laws.whoLivesComesToAnEnd();
    if (outcome.takeover().isEmpty()) {
      laws.whoIsDrainedIsNotWorkedOnBeforeAndNotForgottenAfter();
    } else {
      laws.whoTakesOverIsEmptyWhileItIsWorkedOn();
      laws.whoIsLetGoGetsNobodyBack();
      laws.clientsEndWhereTheyAreSaidToBe();
    }
    return laws.broken;
  }

  private void nothingIsChangedWithoutConfirm() {
    outcome
        .ends()
        .forEach((gateway, end) -> {
          if (end.changed() && !end.lease().equals("confirmed") && !isBeyondHelp(gateway)) {
            broken.add(gateway + " is changed, and its lease is " + end.lease());
          }
        });
  }

  /** Somebody stopped its timer by hand, and no controller was there to see it. */
  private boolean isBeyondHelp(String gateway) {
    return struck(gateway, "timer stopped")
        && (!outcome.alive() || struck(gateway, "unreachable") || struck(gateway, "link cut"));
  }

  private boolean struck(String gateway, String by) {
    return outcome.seen().stream()
        .anyMatch(s ->
            s.gateway().equals(gateway) && s.what() == What.MISHAP && s.detail().startsWith(by));
  }

  private void nothingIsConfirmedWithoutItsPassAndThatOfItsWave() {
    Map<String, Integer> waveOf = new HashMap<>();
    Set<Integer> passed = new HashSet<>();
    Map<String, String> verdicts = new HashMap<>();
    for (Seen seen : outcome.seen()) {
      if (seen.what() == What.CONFIRMED
          && outcome.waves().stream().anyMatch(wave -> wave.contains(seen.gateway()))) {
        if (!passed.contains(waveOf.getOrDefault(seen.gateway(), 0))) {
          broken.add(seen.gateway() + " was confirmed before its wave had passed");
        }
        String verdict = verdicts.getOrDefault(seen.gateway(), "no verdict");
        if (!verdict.equals(PASS)) {
          broken.add("%s was confirmed with %s".formatted(seen.gateway(), verdict));
        }
      }
      if (seen.event().isPresent()) {
        switch (seen.event().get()) {
          case Event.WaveStarted wave ->
              wave.gateways().forEach(gateway -> waveOf.put(gateway, wave.wave()));
          case Event.Judged judged -> verdicts.put(judged.gateway(), judged.verdict());
          case Event.WaveJudged wave when wave.passed() -> passed.add(wave.wave());
          default -> {}
        }
      }
    }
  }

  /**
   * Whoever carries the rollout on: a step that may have been done is never done again. What stands
   * in front of gateways is changed once for each attempt on one of them.
   */
  private void aGatewayIsChangedOnce() {
    Set<String> gateways = new HashSet<>();
    outcome.waves().forEach(gateways::addAll);
    Map<String, String> applied = new HashMap<>();
    for (Seen seen : outcome.seen()) {
      if (seen.what() == What.APPLY) {
        boolean gateway = gateways.contains(seen.gateway());
        String before =
            applied.put(
                gateway ? seen.gateway() : seen.gateway() + " for " + seen.detail(), seen.detail());
        if (before != null) {
          broken.add(
              "%s was changed twice: for %s and for %s"
                  .formatted(seen.gateway(), before, seen.detail()));
        }
      }
    }
  }

  private void membersOfAPairAreNotChangedTogether() {
    Map<String, String> open = new HashMap<>();
    for (Seen seen : outcome.seen()) {
      Optional<String> pair = Optional.ofNullable(outcome.pairs().get(seen.gateway()));
      if (pair.isPresent()) {
        switch (seen.what()) {
          case APPLY -> {
            String other = open.put(pair.get(), seen.gateway());
            if (other != null) {
              broken.add(
                  "%s and %s of the pair %s were changed together"
                      .formatted(other, seen.gateway(), pair.get()));
            }
          }
          case CONFIRMED, REVERTED -> open.remove(pair.get(), seen.gateway());
          case APPLIED, REVERT_FAILED, MISHAP, JOURNAL, KILLED -> {}
        }
      }
    }
  }

  /** Who was unreachable, failed or undecided lets no wave pass, but for what the limits allow. */
  private void onlyPassingWavesPass() {
    Map<String, String> verdicts = new TreeMap<>();
    Set<String> ended = new HashSet<>();
    Map<Integer, List<String>> waves = new HashMap<>();
    for (Seen seen : outcome.seen()) {
      if (seen.event().isEmpty()) {
        continue;
      }
      switch (seen.event().get()) {
        // What another controller saw of who has not ended is worth nothing any more.
        case Event.Resumed _ -> verdicts.keySet().retainAll(ended);
        case Event.WaveStarted(int wave, List<String> gateways) -> waves.put(wave, gateways);
        case Event.Judged judged -> verdicts.put(judged.gateway(), judged.verdict());
        case Event.Probed(String gateway, String says, Resumption decision)
            when decision == Resumption.CONFIRMED && isConfirmed(gateway) ->
            verdicts.put(gateway, PASS);
        case Event.StepEnded step when step.detail().equals("already as wanted") ->
            verdicts.put(step.gateway(), PASS);
        case Event.GatewayEnded end -> ended.add(end.gateway());
        case Event.WaveJudged judged when judged.passed() ->
            broken.addAll(wronglyPassed(judged.wave(), waves, verdicts));
        default -> {}
      }
    }
  }

  /**
   * Where a rollout sends clients elsewhere, it does so before every change, and they are back in
   * the end.
   */
  private void whoIsDrainedIsNotWorkedOnBeforeAndNotForgottenAfter() {
    boolean drains =
        outcome.seen().stream()
            .flatMap(seen -> seen.event().stream())
            .anyMatch(e -> e instanceof Event.StepBegan step && step.step().equals("traffic"));
    Set<String> away = new HashSet<>();
    for (Seen seen : outcome.seen()) {
      if (seen.what() == What.DRAINED) {
        away.add(seen.gateway());
      } else if (seen.what() == What.UNDRAINED) {
        away.remove(seen.gateway());
      } else if (seen.what() == What.APPLY
          && drains
          && outcome.ends().containsKey(seen.gateway())
          && !away.contains(seen.gateway())) {
        broken.add(seen.gateway() + " was worked on with its clients on it");
      }
      seen.event()
          .filter(event ->
              event instanceof Event.GatewayEnded end
                  && !end.ending().equals(Ending.UNKNOWN.word())
                  && away.contains(end.gateway()))
          .ifPresent(event -> broken.add("the clients of an ended gateway are away: " + event));
    }
    away.forEach(gateway -> broken.add("the clients of " + gateway + " are away in the end"));
  }

  /**
   * Nobody is on a new gateway while its change is made or taken back, and nobody is on it without
   * a lease before it is confirmed.
   */
  private void whoTakesOverIsEmptyWhileItIsWorkedOn() {
    Set<String> full = new HashSet<>();
    for (Seen seen : outcome.seen()) {
      boolean selected = outcome.ends().containsKey(seen.gateway());
      switch (seen.what()) {
        case DRAINED -> full.remove(seen.gateway());
        case UNDRAINED -> {
          if (selected) {
            full.add(seen.gateway());
          }
        }
        case APPLY, REVERTED -> {
          if (outcome.takeover().filter(one -> one.from().equals(seen.gateway())).isPresent()) {
            broken.add(seen.gateway() + " was changed, and it is only looked at");
          }
          // What was without power is taken back at its next boot, whoever is on it.
          if (full.contains(seen.gateway())
              && !frontIsStruck()
              && !struck(seen.gateway(), "power cut")) {
            broken.add(
                "%s was worked on (%s) with clients on it".formatted(seen.gateway(), seen.what()));
          }
        }
        case CONFIRMED -> {
          if (isFront(seen.gateway()) && !confirmedBefore(seen)) {
            broken.add(
                "%s has left clients for good on a gateway that is not confirmed"
                    .formatted(seen.gateway()));
          }
        }
        case APPLIED, REVERT_FAILED, MISHAP, JOURNAL, KILLED -> {}
      }
    }
  }

  /** What stands in front: it is neither selected nor the old gateway. */
  private boolean isFront(String name) {
    return !name.isEmpty()
        && !outcome.ends().containsKey(name)
        && outcome.takeover().filter(takeover -> takeover.from().equals(name)).isEmpty();
  }

  private boolean frontIsStruck() {
    return outcome.seen().stream()
        .anyMatch(seen -> seen.what() == What.MISHAP && isFront(seen.gateway()));
  }

  private boolean confirmedBefore(Seen moment) {
    return outcome.seen().stream()
        .takeWhile(seen -> seen != moment)
        .anyMatch(
            seen -> seen.what() == What.CONFIRMED && outcome.ends().containsKey(seen.gateway()));
  }

  /** Whoever reads that the old gateway is let go may switch it off. */
  private void whoIsLetGoGetsNobodyBack() {
    long keep = outcome.takeover().orElseThrow().keep().toNanos();
    long confirmed = Long.MAX_VALUE;
    boolean letGo = false;
    for (Seen seen : outcome.seen()) {
      if (seen.what() == What.CONFIRMED && outcome.ends().containsKey(seen.gateway())) {
        confirmed = Math.min(confirmed, seen.nanos());
      }
      boolean released =
          seen.event()
              .filter(event ->
                  event instanceof Event.StepEnded step
                      && step.step().equals(Step.RELEASE.word())
                      && step.result().equals("done"))
              .isPresent();
      if (released || (seen.what() == What.CONFIRMED && isFront(seen.gateway()))) {
        letGo = true;
        if (seen.nanos() - confirmed < keep && !clockWasStepped()) {
          broken.add("the old gateway was let go before its time");
        }
      }
      if (letGo && seen.what() == What.UNDRAINED && !outcome.ends().containsKey(seen.gateway())) {
        broken.add("clients were sent to %s after it had been let go".formatted(seen.gateway()));
      }
    }
  }

  private boolean clockWasStepped() {
    return outcome.seen().stream().anyMatch(seen -> seen.detail().startsWith("clock stepped"));
  }

  /** With the new gateway for good, or with the old one. */
  private void clientsEndWhereTheyAreSaidToBe() {
    Map<String, Boolean> empty = new HashMap<>();
    Set<String> confirmed = new HashSet<>();
    for (Seen seen : outcome.seen()) {
      switch (seen.what()) {
        case DRAINED, UNDRAINED -> empty.put(seen.gateway(), seen.what() == What.DRAINED);
        case CONFIRMED -> confirmed.add(seen.gateway());
        case REVERTED -> confirmed.remove(seen.gateway());
        case APPLY, APPLIED, REVERT_FAILED, MISHAP, JOURNAL, KILLED -> {}
      }
    }
    String old = outcome.takeover().orElseThrow().from();
    for (String heir : outcome.ends().keySet()) {
      boolean here = !empty.getOrDefault(heir, true);
      boolean there = !empty.getOrDefault(old, false);
      if (here == there) {
        broken.add("in the end clients are on both gateways, or on none");
      }
      boolean front = confirmed.stream().anyMatch(this::isFront);
      if (here && !(confirmed.contains(heir) && front) && !frontIsStruck()) {
        broken.add(
            "in the end clients are on %s, and %s"
                .formatted(
                    heir,
                    front
                        ? "it is not confirmed"
                        : "no lease brings them back, and none was ended"));
      }
      if (outcome.result().equals(Optional.of(Result.DONE)) && !here) {
        broken.add("done is reported, but the clients are on " + old);
      }
      boolean back =
          outcome
              .result()
              .filter(result ->
                  switch (result) {
                    case ROLLED_BACK, INCONCLUSIVE, UNCHANGED -> true;
                    case DONE, PARTIAL -> false;
                  })
              .isPresent();
      if (back && !there) {
        broken.add(
            "%s is reported, but the clients are on %s"
                .formatted(outcome.result().get().words(), heir));
      }
    }
  }

  private boolean isConfirmed(String gateway) {
    return outcome.seen().stream()
        .anyMatch(s -> s.gateway().equals(gateway) && s.what() == What.CONFIRMED);
  }

  private List<String> wronglyPassed(
      int wave, Map<Integer, List<String>> waves, Map<String, String> verdicts) {
    List<String> bad =
        waves.getOrDefault(wave, List.of()).stream()
            .filter(gateway -> !PASS.equals(verdicts.get(gateway)))
            .toList();
    int failed =
        (int)
            waves.values().stream()
                .flatMap(List::stream)
                .filter(gateway -> !PASS.equals(verdicts.get(gateway)))
                .count();
    int all = outcome.waves().stream().mapToInt(List::size).sum();
    Limits.Allowance allowed = wave == 1 ? Limits.Allowance.NONE : outcome.limits().failed();
    return allowed.exceededBy(failed, all)
        ? bad.stream()
            .map(gateway ->
                "wave %d passed with %s of %s"
                    .formatted(wave, verdicts.getOrDefault(gateway, "no verdict"), gateway))
            .toList()
        : List.of();
  }

  private void whatIsReportedOfAGatewayIsTrue() {
    Map<String, What> last = new HashMap<>();
    for (Seen seen : outcome.seen()) {
      if (seen.what() == What.APPLIED
          || seen.what() == What.CONFIRMED
          || seen.what() == What.REVERTED) {
        last.put(seen.gateway(), seen.what());
      }
      if (seen.event().isPresent()
          && seen.event().get()
              instanceof Event.GatewayEnded(String gateway, String ending, String reason)) {
        What really = last.getOrDefault(gateway, What.REVERTED);
        boolean wrong =
            (ending.equals(Ending.CONFIRMED.word()) && really != What.CONFIRMED)
                || (ending.equals(Ending.REVERTED.word()) && really != What.REVERTED)
                || (ending.equals(Ending.UNCHANGED.word()) && really != What.REVERTED);
        if (wrong) {
          broken.add("%s is reported %s, but was last %s".formatted(gateway, ending, really));
        }
      }
    }
  }

  private void theResultIsTrue() {
    if (outcome.result().isEmpty()) {
      return;
    }
    Result result = outcome.result().get();
    List<String> changed = named(State.NEW, State.BETWEEN);
    switch (result) {
      case DONE -> {
        List<String> other = new ArrayList<>(named(State.OLD, State.BETWEEN));
        // Who takes over may have nothing to become.
        other.removeIf(gateway ->
            outcome.takeover().isPresent()
                && new Trial.End(State.OLD, "confirmed", 0, 0).equals(outcome.ends().get(gateway)));
        if (!other.isEmpty()) {
          broken.add("done is reported, but %s are not as wanted".formatted(other));
        }
      }
      case ROLLED_BACK, INCONCLUSIVE, UNCHANGED -> {
        if (!changed.isEmpty()) {
          broken.add("%s is reported, but %s are changed".formatted(result.words(), changed));
        }
      }
      case PARTIAL -> {}
    }
    Map<String, String> endings = new TreeMap<>();
    outcome.seen().stream()
        .flatMap(seen -> seen.event().stream())
        .filter(Event.GatewayEnded.class::isInstance)
        .map(Event.GatewayEnded.class::cast)
        .forEach(end -> endings.put(end.gateway(), end.ending()));
    endings.values().removeIf(ending -> !ending.equals(Ending.UNKNOWN.word()));
    if (result != Result.PARTIAL && !endings.isEmpty()) {
      broken.add(
          "%s is reported, but nobody knows what became of %s"
              .formatted(result.words(), endings.keySet()));
    }
  }

  private List<String> named(State... states) {
    Set<State> wanted = Set.of(states);
    return outcome.ends().entrySet().stream()
        .filter(end -> wanted.contains(end.getValue().state()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** Nobody is there to give orders, so nothing is left that it could wait for. */
  private void whoLivesComesToAnEnd() {
    if (outcome.alive() && outcome.result().isEmpty() && outcome.refused().isEmpty()) {
      broken.add("a controller that nobody killed ended without a result");
    }
  }
}
