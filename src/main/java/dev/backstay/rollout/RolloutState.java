package dev.backstay.rollout;

import dev.backstay.transaction.Ending;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where a rollout stands: the fold of its journal. The live table, the report and the engine all
 * read this and nothing else.
 *
 * @param id empty before the first line
 * @param gateways in the order of the waves
 */
public record RolloutState(
    String id,
    String playbook,
    List<List<String>> waves,
    Map<String, GatewayState> gateways,
    Optional<Event.Ended> end) {

  /**
   * @param step the step that began last, in a word; empty before the first
   * @param stepping whether that step has not ended
   * @param detail of the step that ended last
   * @param facts by step
   */
  public record GatewayState(
      int wave,
      String step,
      boolean stepping,
      String detail,
      Map<String, Map<String, String>> facts,
      Optional<Event.Judged> verdict,
      Optional<Event.GatewayEnded> end) {
    /** A fact that a step told, such as {@code cut-begin} of {@code apply}. */
    public Optional<String> fact(String ofStep, String name) {
      return Optional.ofNullable(facts.getOrDefault(ofStep, Map.of()).get(name));
    }
  }

  static final RolloutState NOTHING =
      new RolloutState("", "", List.of(), Map.of(), Optional.empty());

  public static RolloutState fold(List<JournalLine> lines) {
    RolloutState state = NOTHING;
    for (JournalLine line : lines) {
      state = state.after(line.body());
    }
    return state;
  }

  /** Whether the journal says that at least one gateway ended like this. */
  public boolean any(Ending ending) {
    return gateways.values().stream()
        .flatMap(gateway -> gateway.end().stream())
        .anyMatch(end -> end.ending().equals(ending.word()));
  }

  public RolloutState after(Event event) {
    return switch (event) {
      case Event.Started started ->
          new RolloutState(
              started.rollout(),
              started.playbook(),
              started.waves(),
              waiting(started.waves()),
              Optional.empty());
      case Event.WaveStarted wave -> this;
      case Event.StepBegan began ->
          with(
              began.gateway(),
              g ->
                  new GatewayState(
                      g.wave(), began.step(), true, "", g.facts(), g.verdict(), g.end()));
      case Event.StepEnded ended -> with(ended.gateway(), g -> stepEnded(g, ended));
      case Event.Judged judged ->
          with(
              judged.gateway(),
              g ->
                  new GatewayState(
                      g.wave(),
                      g.step(),
                      g.stepping(),
                      g.detail(),
                      g.facts(),
                      Optional.of(judged),
                      g.end()));
      case Event.WaveJudged judged -> this;
      case Event.EvidenceKept kept -> this;
      case Event.EvidenceNotKept lost -> this;
      case Event.GatewayEnded ended ->
          with(
              ended.gateway(),
              g ->
                  new GatewayState(
                      g.wave(),
                      g.step(),
                      false,
                      g.detail(),
                      g.facts(),
                      g.verdict(),
                      Optional.of(ended)));
      case Event.Ended ended -> new RolloutState(id, playbook, waves, gateways, Optional.of(ended));
    };
  }

  private static GatewayState stepEnded(GatewayState before, Event.StepEnded ended) {
    Map<String, Map<String, String>> facts = new LinkedHashMap<>(before.facts());
    facts.put(ended.step(), ended.facts());
    String detail =
        ended.result().equals("done")
            ? ended.detail()
            : ended.result().toUpperCase(Locale.ROOT) + ": " + ended.detail();
    return new GatewayState(
        before.wave(), ended.step(), false, detail, facts, before.verdict(), before.end());
  }

  private static Map<String, GatewayState> waiting(List<List<String>> waves) {
    Map<String, GatewayState> gateways = new LinkedHashMap<>();
    for (int wave = 0; wave < waves.size(); wave++) {
      for (String name : waves.get(wave)) {
        gateways.put(
            name,
            new GatewayState(
                wave + 1, "", false, "", Map.of(), Optional.empty(), Optional.empty()));
      }
    }
    return gateways;
  }

  private RolloutState with(String name, UnaryOperator<GatewayState> change) {
    Map<String, GatewayState> changed = new LinkedHashMap<>(gateways);
    changed.computeIfPresent(name, (key, state) -> change.apply(state));
    return new RolloutState(id, playbook, waves, changed, end);
  }
}
