package dev.backstay.rollout;

import dev.backstay.transaction.Ending;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where a rollout stands: the fold of its journal. The engine decides by it, and the live table and
 * the report show it; nobody knows anything else. Grows line by line. While others write, a thread
 * may ask for orders, and for gateways whose lines it writes itself.
 */
public final class RolloutState {
  private final Map<String, GatewayState> gateways = new LinkedHashMap<>();
  private final Map<Integer, WaveState> marks = new TreeMap<>();
  private final List<GivenOrder> orders = new ArrayList<>();
  private final Map<String, String> worse = new TreeMap<>();
  private Optional<Event.Started> started = Optional.empty();
  private long epoch;
  private Optional<Event.Held> held = Optional.empty();
  private Optional<Event.Ended> end = Optional.empty();

  /**
   * An order and its place in the journal.
   *
   * @param seq of its line
   */
  public record GivenOrder(long seq, Event.Ordered order) {}

  /**
   * A wave that began.
   *
   * @param verdict empty while its gateways are at it
   * @param settled the line with which the last of its gateways ended
   */
  public record WaveState(Optional<Event.WaveJudged> verdict, Optional<Settled> settled) {}

  /** A place in the journal, and its time. */
  public record Settled(long seq, Instant time) {}

  public static RolloutState fold(List<JournalLine> lines) {
    RolloutState state = new RolloutState();
    lines.forEach(state::accept);
    return state;
  }

  /** Empty before the first line. */
  public String id() {
    return started.map(Event.Started::rollout).orElse("");
  }

  public String playbook() {
    return started.map(Event.Started::playbook).orElse("");
  }

  /** The first line. */
  public Optional<Event.Started> started() {
    return started;
  }

  /** Of the controller that wrote last. */
  public long epoch() {
    return epoch;
  }

  /** The gateways of each wave. */
  public List<List<String>> waves() {
    return started.map(Event.Started::waves).orElse(List.of());
  }

  /** In the order of the waves. */
  public Map<String, GatewayState> gateways() {
    return Collections.unmodifiableMap(gateways);
  }

  /** One that the rollout has. */
  GatewayState gateway(String name) {
    GatewayState gateway = gateways.get(name);
    if (gateway == null) {
      throw new IllegalArgumentException("no gateway of this rollout: " + name);
    }
    return gateway;
  }

  /** The gateways of a wave, which counts from 1. */
  List<GatewayState> ofWave(int wave) {
    return waves().get(wave - 1).stream().map(this::gateway).toList();
  }

  /** Nothing for a wave that has not begun. */
  public Optional<WaveState> wave(int number) {
    return Optional.ofNullable(marks.get(number));
  }

  /** In the order in which they came. */
  public List<GivenOrder> orders() {
    return Collections.unmodifiableList(orders);
  }

  /** The latest order of these kinds. */
  public synchronized Optional<GivenOrder> last(OrderWord... words) {
    List<OrderWord> wanted = Arrays.asList(words);
    return orders.reversed().stream()
        .filter(given -> wanted.contains(given.order().order()))
        .findFirst();
  }

  /** What is waited for now. */
  public Optional<Event.Held> held() {
    return held;
  }

  /** Gateways that became worse after they were confirmed, with the reason. */
  public Map<String, String> worse() {
    return Collections.unmodifiableMap(worse);
  }

  /** Empty while it can go on. */
  public Optional<Event.Ended> end() {
    return end;
  }

  /** Whether the journal says that at least one gateway ended like this. */
  public boolean any(Ending ending) {
    return gateways.values().stream().anyMatch(gateway -> gateway.endedAs(ending));
  }

  public synchronized void accept(JournalLine line) {
    switch (line.body()) {
      case Event.Started first -> begin(first);
      case Event.Resumed resumed -> resume(resumed);
      case Event.Ordered order -> orders.add(new GivenOrder(line.seq(), order));
      case Event.Held waiting -> held = Optional.of(waiting);
      case Event.WaveStarted wave -> {
        held = Optional.empty();
        marks.put(wave.wave(), new WaveState(Optional.empty(), Optional.empty()));
      }
      case Event.StepBegan began -> {
        // Nothing is waited for when something is done.
        held = Optional.empty();
        of(began.gateway()).ifPresent(g -> g.began(began));
      }
      case Event.StepEnded ended -> of(ended.gateway()).ifPresent(g -> g.ended(ended));
      case Event.Remembered told -> of(told.gateway()).ifPresent(g -> g.remembered(told.then()));
      case Event.Probed probed -> of(probed.gateway()).ifPresent(g -> g.probed(probed.decision()));
      case Event.Judged judged -> of(judged.gateway()).ifPresent(g -> g.judged(judged));
      case Event.Tried tried -> of(tried.gateway()).ifPresent(g -> g.tried(tried));
      case Event.WaveJudged judged ->
          marks.put(judged.wave(), new WaveState(Optional.of(judged), Optional.empty()));
      case Event.EvidenceKept _, Event.EvidenceNotKept _ -> {}
      case Event.WentBad bad -> worse.put(bad.gateway(), bad.reason());
      case Event.WentBack back -> {
        worse.put(back.gateway(), "its clients went back by themselves: " + back.why());
        of(back.gateway()).ifPresent(GatewayState::wentBack);
      }
      case Event.WayBack way -> of(way.gateway()).ifPresent(g -> g.wayBack(way));
      case Event.TakingBack back ->
          back.gateways().forEach(name -> of(name).ifPresent(GatewayState::takingBack));
      case Event.GatewayEnded ended -> {
        of(ended.gateway()).ifPresent(g -> g.ended(ended));
        settle(ended.gateway(), line);
      }
      case Event.Ended last -> {
        held = Optional.empty();
        end = Optional.of(last);
      }
    }
  }

  private Optional<GatewayState> of(String name) {
    return Optional.ofNullable(gateways.get(name));
  }

  private void begin(Event.Started first) {
    started = Optional.of(first);
    epoch = first.epoch();
    for (int wave = 1; wave <= first.waves().size(); wave++) {
      for (String name : first.waves().get(wave - 1)) {
        gateways.put(name, new GatewayState(wave));
      }
    }
  }

  /**
   * What was seen of gateways that have not ended is worth nothing any more: each is asked anew. So
   * is the verdict of a wave that had passed, if not each of its gateways has ended. That somebody
   * had stopped the controller before is over.
   */
  private void resume(Event.Resumed resumed) {
    epoch = resumed.epoch();
    end = Optional.empty();
    held = Optional.empty();
    orders.removeIf(given -> given.order().order() == OrderWord.STOP);
    gateways.values().forEach(GatewayState::resumed);
    marks.replaceAll((wave, mark) ->
        mark.verdict().filter(Event.WaveJudged::passed).isPresent()
                && ofWave(wave).stream().anyMatch(gateway -> gateway.end().isEmpty())
            ? new WaveState(Optional.empty(), Optional.empty())
            : mark);
  }

  /** A wave is over when each gateway that it began has ended. */
  private void settle(String gateway, JournalLine line) {
    int wave = of(gateway).map(GatewayState::wave).orElse(0);
    WaveState mark = marks.get(wave);
    if (mark != null && mark.settled().isEmpty() && allEnded(wave)) {
      marks.put(
          wave, new WaveState(mark.verdict(), Optional.of(new Settled(line.seq(), line.time()))));
    }
  }

  private boolean allEnded(int wave) {
    return ofWave(wave).stream()
        .filter(GatewayState::hasBegun)
        .allMatch(gateway -> gateway.end().isPresent());
  }
}
