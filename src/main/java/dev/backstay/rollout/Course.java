package dev.backstay.rollout;

import dev.backstay.health.ControlGroup;
import dev.backstay.health.PeerState;
import dev.backstay.health.Sample;
import dev.backstay.health.Says;
import dev.backstay.health.WaveGate;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Freeze;
import dev.backstay.playbook.Limits.Allowance;
import dev.backstay.playbook.Maintenance;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.Traffic;
import dev.backstay.rollout.RolloutState.GivenOrder;
import dev.backstay.rollout.RolloutState.Settled;
import dev.backstay.rollout.RolloutState.WaveState;
import dev.backstay.transaction.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Decides what a rollout does next, from the fold of its journal and the time, and from nothing
 * else: so a controller that takes over goes on as the one before would have. Pure.
 *
 * <p>A wave is tried, judged and settled as a whole. What fails beyond the limits halts the
 * rollout: then everything that is not confirmed goes back, and, unless the playbook says
 * otherwise, what is confirmed too.
 */
final class Course {
  private final Scope scope;
  private final Playbook playbook;
  private final Calendar calendar;

  Course(Scope scope, Calendar calendar) {
    this.scope = scope;
    this.playbook = scope.playbook();
    this.calendar = calendar;
  }

  /** The next thing to do, for a rollout that has begun and not ended. */
  Next next(RolloutState state, Instant now) {
    Optional<String> halt = halt(state);
    Optional<GivenOrder> stop = state.last(OrderWord.STOP);
    for (int wave = 1; wave <= state.waves().size(); wave++) {
      Optional<WaveState> mark = state.wave(wave);
      if (mark.isEmpty()) {
        if (halt.isPresent()) {
          break;
        }
        if (stop.isPresent()) {
          return new Next.Leave(words(stop.get()));
        }
        return beforeWave(wave, state, now);
      }
      Optional<Next> inside =
          halt.isPresent() ? unwind(wave, state, halt.get()) : inside(wave, state, stop);
      if (inside.isPresent()) {
        return inside.get();
      }
    }
    return halt.map(why -> windDown(state, why)).orElseGet(() -> finish(state, stop, now));
  }

  // --- what halts it ---------------------------------------------------------------------------

  private Optional<String> halt(RolloutState state) {
    return state
        .last(OrderWord.ABORT, OrderWord.ROLLBACK)
        .map(Course::words)
        .or(() ->
            state.worse().entrySet().stream()
                // Clients are not sent to a gateway that cannot take them: a person may say so.
                .filter(bad ->
                    !isKept(state.gateway(bad.getKey()))
                        || state.gateway(bad.getKey()).noWayBack().isEmpty())
                .map(bad -> bad.getKey() + " became worse: " + bad.getValue())
                .findFirst())
        .or(() ->
            IntStream.rangeClosed(1, state.waves().size())
                .mapToObj(state::wave)
                .flatMap(mark -> mark.flatMap(WaveState::verdict).stream())
                .filter(verdict -> !verdict.passed())
                .map(Event.WaveJudged::reason)
                .findFirst());
  }

  private static String words(GivenOrder given) {
    Event.Ordered order = given.order();
    String what =
        switch (order.order()) {
          case PAUSE -> "paused";
          case CONTINUE -> "continued";
          case STOP -> "stopped";
          case ABORT -> "aborted";
          case ROLLBACK -> "rolled back";
        };
    return "%s by %s%s"
        .formatted(what, order.by(), order.reason().isEmpty() ? "" : ": " + order.reason());
  }

  // --- before a wave ---------------------------------------------------------------------------

  private Next beforeWave(int wave, RolloutState state, Instant now) {
    return soak(wave, state, now)
        .or(() -> paused(state))
        .or(() -> unasked(wave, state))
        .or(() -> notNow(wave, now))
        .orElse(new Next.StartWave(wave));
  }

  private Optional<Next> soak(int wave, RolloutState state, Instant now) {
    Duration soak = playbook.observe().soak();
    return settled(wave - 1, state)
        .map(before -> before.time().plus(soak))
        .filter(until -> soak.isPositive() && now.isBefore(until))
        .map(until -> new Next.Hold("wave %d soaks".formatted(wave - 1), Optional.of(until)));
  }

  private static Optional<Settled> settled(int wave, RolloutState state) {
    return wave < 1 ? Optional.empty() : state.wave(wave).flatMap(WaveState::settled);
  }

  private static Optional<Next> paused(RolloutState state) {
    return state
        .last(OrderWord.PAUSE, OrderWord.CONTINUE)
        .filter(given -> given.order().order() == OrderWord.PAUSE)
        .map(given -> new Next.Hold(words(given), Optional.empty()));
  }

  private Optional<Next> unasked(int wave, RolloutState state) {
    long since = settled(wave - 1, state).map(Settled::seq).orElse(0L);
    boolean asked = state.last(OrderWord.CONTINUE).filter(given -> given.seq() > since).isPresent();
    return scope.waves().get(wave - 1).askFirst() && !asked
        ? Optional.of(
            new Next.Hold(
                "a person is asked before wave %d: backstay continue %s"
                    .formatted(wave, state.id()),
                Optional.empty()))
        : Optional.empty();
  }

  private Optional<Next> notNow(int wave, Instant now) {
    Duration length = WorstCase.ofWave(playbook);
    Optional<Freeze> freeze = calendar.during(now, now.plus(length));
    if (freeze.isPresent()) {
      return Optional.of(
          new Next.Hold("frozen: " + freeze.get().reason(), Optional.of(freeze.get().to())));
    }
    Optional<Instant> start = start(scope.waves().get(wave - 1).gateways(), now, length);
    if (start.isEmpty()) {
      return Optional.of(
          new Next.Hold(
              "no maintenance window suits all gateways of wave %d".formatted(wave),
              Optional.empty()));
    }
    return start
        .filter(when -> when.isAfter(now))
        .map(when -> new Next.Hold("for the maintenance window", Optional.of(when)));
  }

  /** The earliest moment that suits every gateway of a wave; within a year, or there is none. */
  private Optional<Instant> start(List<String> names, Instant now, Duration length) {
    Maintenance maintenance = playbook.maintenance();
    Instant candidate = now;
    Instant horizon = now.plus(Duration.ofDays(366));
    while (candidate.isBefore(horizon)) {
      Instant latest = candidate;
      for (String name : names) {
        Optional<Instant> one = maintenance.start(candidate, length, scope.gateway(name).zone());
        if (one.isEmpty()) {
          return Optional.empty();
        }
        latest = one.get().isAfter(latest) ? one.get() : latest;
      }
      if (latest.equals(candidate)) {
        return Optional.of(candidate);
      }
      candidate = latest;
    }
    return Optional.empty();
  }

  // --- inside a wave ---------------------------------------------------------------------------

  private Optional<Next> inside(int wave, RolloutState state, Optional<GivenOrder> stop) {
    List<String> untried =
        named(wave, state, g -> g.trial().isEmpty() && g.end().isEmpty()).stream()
            // Who stops begins with no further gateway, and ends those that have begun.
            .filter(name -> stop.isEmpty() || state.gateway(name).hasBegun())
            .toList();
    Optional<Next> withheld = withhold(untried, state);
    if (withheld.isPresent()) {
      return withheld;
    }
    if (!untried.isEmpty()) {
      return Optional.of(new Next.Try(untried));
    }
    List<String> open = named(wave, state, g -> g.trial().isPresent() && g.end().isEmpty());
    if (open.isEmpty()) {
      return Optional.empty();
    }
    if (state.wave(wave).flatMap(WaveState::verdict).isEmpty()) {
      return Optional.of(judge(wave, state));
    }
    return Optional.of(
        new Next.Settle(
            open.stream().filter(name -> state.gateway(name).passed()).toList(),
            open.stream().filter(name -> !state.gateway(name).passed()).toList(),
            "it failed alone"));
  }

  /**
   * Of a pair one is not begun with while the other may be away, for the clients of both would have
   * nowhere to go. What was begun already is gone on with, since its lease may be running.
   */
  private Optional<Next> withhold(List<String> untried, RolloutState state) {
    for (String name : untried) {
      if (!state.gateway(name).hasBegun()) {
        Optional<String> other =
            partners(name).filter(one -> mayBeAway(state.gateway(one))).findFirst();
        if (other.isPresent()) {
          return Optional.of(
              new Next.Withhold(
                  name,
                  "left alone, because nobody knows how %s is, the other one of its pair"
                      .formatted(other.get())));
        }
      }
    }
    return Optional.empty();
  }

  private Stream<String> partners(String name) {
    String pair = scope.gateway(name).pair();
    return pair.isEmpty() || !playbook.limits().pairsApart()
        ? Stream.empty()
        : scope.names().stream()
            .flatMap(List::stream)
            .filter(one -> !one.equals(name) && scope.gateway(one).pair().equals(pair));
  }

  /** What could not be begun with may not have been reached at all. */
  private static boolean mayBeAway(GatewayState gateway) {
    return gateway.endedAs(Ending.UNKNOWN)
        || gateway.trial().filter(one -> one.trial() == Trial.STOPPED).isPresent();
  }

  private static List<String> named(int wave, RolloutState state, Predicate<GatewayState> which) {
    return state.waves().get(wave - 1).stream()
        .filter(name -> which.test(state.gateway(name)))
        .toList();
  }

  private Next judge(int wave, RolloutState state) {
    List<String> failed = named(wave, state, GatewayState::failed);
    Optional<String> pooled = pooled(wave, state);
    if (failed.isEmpty()) {
      return pooled
          .map(why -> new Next.JudgeWave(wave, false, why))
          .orElseGet(() ->
              new Next.JudgeWave(
                  wave, true, allPassed(named(wave, state, GatewayState::withheld))));
    }
    String first = failed.getFirst() + ": " + reason(state.gateway(failed.getFirst()));
    String more = failed.size() == 1 ? "" : " (and %d more)".formatted(failed.size() - 1);
    Optional<String> broken =
        wave == 1 ? Optional.of("") : overLimit(state).or(() -> pooled).map(limit -> "; " + limit);
    return broken
        .map(limit -> new Next.JudgeWave(wave, false, first + more + limit))
        .orElseGet(() ->
            new Next.JudgeWave(
                wave,
                true,
                "%d of %d failed, which the limits allow; %s%s"
                    .formatted(failed.size(), state.ofWave(wave).size(), first, more)));
  }

  /**
   * The clients of all gateways that passed, as one: a loss too small for any of them to show.
   * Those that failed go back anyway, and how many may is for the limits to say.
   */
  private Optional<String> pooled(int wave, RolloutState state) {
    List<Sample> passed =
        named(wave, state, GatewayState::passed).stream()
            .flatMap(name -> state.gateway(name).verdict().stream())
            .map(Course::sample)
            .toList();
    WaveGate gate = WaveGate.of(playbook.gates(), passed, control(wave, state));
    return gate.says() == Says.FAIL ? Optional.of(gate.sentence()) : Optional.empty();
  }

  /**
   * The clients that were watched beside the wave. Each of its gateways was held against the same
   * ones, over minutes of its own: counted once, at their average.
   */
  private static Optional<ControlGroup> control(int wave, RolloutState state) {
    List<Event.Gate> beside =
        named(wave, state, GatewayState::passed).stream()
            .flatMap(name -> state.gateway(name).verdict().stream())
            .flatMap(judged -> judged.gates().stream())
            .filter(gate -> gate.gate().equals(ControlGroup.NAME) && gate.clients() > 0)
            .toList();
    if (beside.isEmpty()) {
      return Optional.empty();
    }
    int clients = beside.stream().mapToInt(Event.Gate::clients).sum();
    int lost = beside.stream().mapToInt(Event.Gate::against).sum();
    return Optional.of(
        new ControlGroup(new Sample(clients / beside.size(), Math.ceilDiv(lost, beside.size()))));
  }

  private static Sample sample(Event.Judged judged) {
    return new Sample(
        judged.counts().values().stream().mapToInt(Integer::intValue).sum(),
        judged.counts().getOrDefault(PeerState.FAILED.name().toLowerCase(Locale.ROOT), 0));
  }

  private static String allPassed(List<String> withheld) {
    return withheld.isEmpty()
        ? "every gateway passed"
        : "every gateway that was begun with passed; left alone: " + String.join(", ", withheld);
  }

  private static String reason(GatewayState gateway) {
    return gateway.trial().map(Event.Tried::reason).orElse("no result");
  }

  /** Which limit the failures so far exceed, in words. */
  private Optional<String> overLimit(RolloutState state) {
    int failed = (int) state.gateways().values().stream().filter(GatewayState::failed).count();
    Allowance all = playbook.limits().failed();
    if (all.exceededBy(failed, state.gateways().size())) {
      return Optional.of("%s failed, and %s may".formatted(haveGateways(failed, ""), all));
    }
    return new TreeMap<>(playbook.limits().budgets())
        .entrySet().stream()
            .flatMap(budget -> overBudget(budget.getKey(), budget.getValue(), state).stream())
            .findFirst();
  }

  private static String haveGateways(int count, String of) {
    return count == 1 ? "1 gateway%s has".formatted(of) : "%d gateways%s have".formatted(count, of);
  }

  private Optional<String> overBudget(String part, Allowance most, RolloutState state) {
    Map<String, int[]> counts = new TreeMap<>();
    state
        .gateways()
        .forEach((name, gateway) ->
            partOf(name, part)
                .ifPresent(key -> {
                  int[] count = counts.computeIfAbsent(key, absent -> new int[2]);
                  count[0] += gateway.failed() ? 1 : 0;
                  count[1]++;
                }));
    return counts.entrySet().stream()
        .filter(entry -> most.exceededBy(entry.getValue()[0], entry.getValue()[1]))
        .map(entry ->
            "%s failed, and %s may"
                .formatted(haveGateways(entry.getValue()[0], " of " + entry.getKey()), most))
        .findFirst();
  }

  private Optional<String> partOf(String name, String part) {
    Gateway gateway = scope.gateway(name);
    if (part.equals("site")) {
      return gateway.site().isEmpty() ? Optional.empty() : Optional.of("site " + gateway.site());
    }
    return gateway.tags().contains(part.substring("tag:".length()))
        ? Optional.of(part)
        : Optional.empty();
  }

  // --- clients that were taken over ------------------------------------------------------------

  /** It is confirmed, and the clients that it took over may still go back. */
  private static boolean isKept(GatewayState gateway) {
    return gateway.endedAs(Ending.CONFIRMED) && gateway.away();
  }

  private Next kept(String name, RolloutState state, Instant now) {
    Optional<Traffic.Takeover> rules = playbook.traffic().flatMap(Traffic::takeover);
    if (rules.isEmpty()) {
      // Of a drain, it would have ended as unknown.
      return new Next.End(Result.PARTIAL, "the clients of %s may be elsewhere".formatted(name));
    }
    String old = rules.get().from();
    Instant until =
        settled(state.gateway(name).wave(), state)
            .map(one -> one.time().plus(rules.get().keep()))
            .orElse(now);
    String worse = state.worse().get(name);
    // When its time is over there is nothing left to wait for, and nobody shall be sent there
    // later.
    if (worse != null && now.isBefore(until)) {
      return new Next.Keep(
          name,
          "%s became worse (%s), and %s cannot take its clients back: %s; a person is needed, and backstay rollback %s sends them there all the same"
              .formatted(
                  name, worse, old, state.gateway(name).noWayBack().orElse("unknown"), state.id()),
          until);
    }
    if (!now.isBefore(until)) {
      return new Next.Release(name);
    }
    return new Next.Keep(
        name,
        state
            .gateway(name)
            .noWayBack()
            .map(why ->
                "%s has the clients of %s, which could not take them back now: %s"
                    .formatted(name, old, why))
            .orElse("%s is kept ready to take its clients back from %s".formatted(old, name)),
        until);
  }

  // --- the way back ----------------------------------------------------------------------------

  /** Whatever a wave has begun and not ended goes back. */
  private static Optional<Next> unwind(int wave, RolloutState state, String why) {
    List<String> open = named(wave, state, g -> g.hasBegun() && g.end().isEmpty());
    return open.isEmpty() ? Optional.empty() : Optional.of(new Next.Settle(List.of(), open, why));
  }

  private Next windDown(RolloutState state, String why) {
    Optional<OrderWord> order =
        state.last(OrderWord.ABORT, OrderWord.ROLLBACK).map(given -> given.order().order());
    boolean everything =
        order.map(word -> word == OrderWord.ROLLBACK).orElse(playbook.rollbackAll());
    List<String> confirmed =
        state.gateways().entrySet().stream()
            .filter(entry ->
                entry.getValue().endedAs(Ending.CONFIRMED) && !entry.getValue().goingBack())
            .map(Map.Entry::getKey)
            .filter(name ->
                everything || state.worse().containsKey(name) || isKept(state.gateway(name)))
            .filter(name -> !state.gateway(name).released())
            .toList();
    if (!confirmed.isEmpty()) {
      return new Next.TakeBack(confirmed, why);
    }
    List<String> deserted = deserted(state);
    return deserted.isEmpty()
        ? new Next.End(afterHalt(state, order.isPresent()), why)
        : new Next.End(
            Result.PARTIAL,
            "%s; the old state is back, but nobody of the clients of %s is: look there"
                .formatted(why, String.join(", ", deserted)));
  }

  /** What was read back is the old state, and still it serves nobody. */
  private static List<String> deserted(RolloutState state) {
    return state.gateways().entrySet().stream()
        .filter(entry -> entry.getValue().deserted())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Result afterHalt(RolloutState state, boolean ordered) {
    if (state.any(Ending.UNKNOWN) || state.any(Ending.CONFIRMED)) {
      return Result.PARTIAL;
    }
    if (!state.any(Ending.REVERTED)) {
      return Result.UNCHANGED;
    }
    return !ordered && undecided(state) ? Result.INCONCLUSIVE : Result.ROLLED_BACK;
  }

  /** Nothing failed but for want of evidence. */
  private static boolean undecided(RolloutState state) {
    List<Trial> failures =
        state.gateways().values().stream()
            .filter(GatewayState::failed)
            .flatMap(gateway -> gateway.trial().stream())
            .map(Event.Tried::trial)
            .toList();
    return !failures.isEmpty()
        && state.worse().isEmpty()
        && failures.stream().allMatch(trial -> trial == Trial.INCONCLUSIVE);
  }

  // --- the end ---------------------------------------------------------------------------------

  private Next finish(RolloutState state, Optional<GivenOrder> stop, Instant now) {
    Optional<Next> kept =
        state.gateways().keySet().stream()
            .filter(name -> isKept(state.gateway(name)))
            .findFirst()
            .map(name ->
                stop.<Next>map(given -> new Next.Leave(words(given)))
                    .orElseGet(() -> kept(name, state, now)));
    if (kept.isPresent()) {
      return kept.get();
    }
    boolean all = state.gateways().values().stream().allMatch(gateway -> gateway.end().isPresent());
    if (!all) {
      return new Next.Leave(stop.map(Course::words).orElse("not every gateway had its turn"));
    }
    List<String> failed = new ArrayList<>();
    state
        .gateways()
        .forEach((name, gateway) -> {
          if (gateway.failed()
              || gateway.withheld()
              || gateway.endedAs(Ending.UNKNOWN)
              || gateway.endedAs(Ending.REVERTED)) {
            failed.add(name);
          }
        });
    return failed.isEmpty()
        ? new Next.End(Result.DONE, "every wave passed")
        : new Next.End(
            Result.PARTIAL,
            "every wave passed, but for %s, as the limits allow"
                .formatted(String.join(", ", failed)));
  }
}
