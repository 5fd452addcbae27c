package dev.backstay.simulation;

import dev.backstay.rollout.Event;
import dev.backstay.rollout.Result;
import dev.backstay.simulation.Witness.Seen;
import dev.backstay.simulation.Witness.What;
import dev.backstay.transaction.Ending;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must hold of every rollout, whatever went wrong. Judged by what really happened on the
 * gateways, not by what the engine says of it.
 */
final class Laws {
  private final Trial.Outcome outcome;
  private final List<String> broken = new ArrayList<>();

  private Laws(Trial.Outcome outcome) {
    this.outcome = outcome;
  }

  /** Each law that was broken, as a sentence; none if all was well. */
  static List<String> brokenBy(Trial.Outcome outcome) {
    Laws laws = new Laws(outcome);
    laws.nothingIsChangedWithoutConfirm();
    laws.nothingIsConfirmedWithoutThePassOfItsWave();
    laws.aKeyIsAppliedOnce();
    laws.onlyPassingWavesPass();
    laws.whatIsReportedIsTrue();
    laws.whoIsDrainedIsNotWorkedOnBeforeAndNotForgottenAfter();
    return laws.broken;
  }

  private void nothingIsChangedWithoutConfirm() {
    outcome
        .ends()
        .forEach((gateway, end) -> {
          boolean stopped =
              outcome.seen().stream()
                  .anyMatch(s ->
                      s.gateway().equals(gateway)
                          && s.what() == What.MISHAP
                          && s.detail().equals("timer stopped"));
          boolean orphaned =
              stopped && outcome.seen().stream().anyMatch(s -> s.what() == What.KILLED);
          if (end.changed() && !end.lease().equals("confirmed") && !orphaned) {
            broken.add(gateway + " is changed, and its lease is " + end.lease());
          }
        });
  }

  private void nothingIsConfirmedWithoutThePassOfItsWave() {
    Map<String, Integer> waveOf = new HashMap<>();
    Set<Integer> passed = new HashSet<>();
    for (Seen seen : outcome.seen()) {
      if (seen.what() == What.CONFIRMED
          && !passed.contains(waveOf.getOrDefault(seen.gateway(), 0))) {
        broken.add(seen.gateway() + " was confirmed before its wave had passed");
      }
      seen.event()
          .ifPresent(event -> {
            if (event instanceof Event.Started) {
              waveOf.clear();
              passed.clear();
            } else if (event instanceof Event.WaveStarted wave) {
              wave.gateways().forEach(gateway -> waveOf.put(gateway, wave.wave()));
            } else if (event instanceof Event.WaveJudged wave && wave.passed()) {
              passed.add(wave.wave());
            }
          });
    }
  }

  private void aKeyIsAppliedOnce() {
    Set<String> applied = new HashSet<>();
    for (Seen seen : outcome.seen()) {
      if (seen.what() == What.APPLY && !applied.add(seen.gateway() + " " + seen.detail())) {
        broken.add(seen.gateway() + " was changed twice for " + seen.detail());
      }
    }
  }

  /** Who was unreachable, failed or undecided lets no wave pass. */
  private void onlyPassingWavesPass() {
    Map<String, String> verdicts = new HashMap<>();
    Map<Integer, List<String>> waves = new HashMap<>();
    for (Seen seen : outcome.seen()) {
      seen.event()
          .ifPresent(event -> {
            if (event instanceof Event.Started) {
              verdicts.clear();
            } else if (event instanceof Event.WaveStarted(int wave, List<String> gateways)) {
              waves.put(wave, gateways);
            } else if (event instanceof Event.Judged judged) {
              verdicts.put(judged.gateway(), judged.verdict());
            } else if (event instanceof Event.StepEnded step
                && step.detail().equals("already as wanted")) {
              verdicts.put(step.gateway(), "pass");
            } else if (event instanceof Event.WaveJudged judged && judged.passed()) {
              waves.getOrDefault(judged.wave(), List.of()).stream()
                  .filter(gateway -> !"pass".equals(verdicts.get(gateway)))
                  .forEach(gateway ->
                      broken.add(
                          "wave %d passed with %s of %s"
                              .formatted(
                                  judged.wave(),
                                  verdicts.getOrDefault(gateway, "no verdict"),
                                  gateway)));
            }
          });
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

  private void whatIsReportedIsTrue() {
    Map<String, What> last = new HashMap<>();
    for (Seen seen : outcome.seen()) {
      if (seen.what() == What.APPLIED
          || seen.what() == What.CONFIRMED
          || seen.what() == What.REVERTED) {
        last.put(seen.gateway(), seen.what());
      }
      seen.event()
          .ifPresent(event -> {
            if (event instanceof Event.GatewayEnded(String gateway, String ending, String reason)) {
              What really = last.getOrDefault(gateway, What.REVERTED);
              boolean wrong =
                  (ending.equals(Ending.CONFIRMED.word()) && really != What.CONFIRMED)
                      || (ending.equals(Ending.REVERTED.word()) && really != What.REVERTED);
              if (wrong) {
                broken.add("%s is reported %s, but was last %s".formatted(gateway, ending, really));
              }
            }
          });
    }
    outcome
        .result()
        .ifPresent(result -> {
          List<String> changed =
              outcome.ends().entrySet().stream()
                  .filter(e -> e.getValue().changed())
                  .map(Map.Entry::getKey)
                  .sorted()
                  .toList();
          int all = outcome.ends().size();
          if (result == Result.DONE && changed.size() < all) {
            broken.add("done is reported, but only %s are changed".formatted(changed));
          }
          boolean allBack =
              result == Result.ROLLED_BACK
                  || result == Result.INCONCLUSIVE
                  || result == Result.UNCHANGED;
          if (allBack && outcome.began() == 1 && !changed.isEmpty()) {
            broken.add("%s is reported, but %s are changed".formatted(result.words(), changed));
          }
        });
  }
}
