package dev.backstay.health;

import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Percent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Changes made-up gateways again and again, and asks the product's own watch and judge, and the
 * rules that others use, what became of them. All sessions are lost at second 0.
 *
 * @param size clients that are configured
 * @param loss share that the change breaks, from 0 to 1
 * @param churn share that leaves for reasons of its own at the same time
 * @param called whether the gateway calls its clients
 * @param control whether as many clients of gateways that are not changed are watched beside it
 */
record DetectionTrial(int size, double loss, double churn, boolean called, boolean control) {
  /** Gates and window of a playbook that says nothing about them. */
  private static final Gates GATES =
      new Gates(new Percent(50), new Percent(500), new Percent(2000), new Percent(0));

  private static final int WINDOW = 240;

  /** The collector speaks each second; where nothing happens soon, fewer looks are enough. */
  private static final int EACH_SECOND = 60;

  private static final int STEP = 5;

  /** Who judges. */
  enum Rule {
    /** Watch and Judge. */
    BACKSTAY("Backstay"),
    /** A peer is down whose latest handshake is older than 180 s; 5 % of them are too many. */
    OLDER_THAN_180("handshake older than 180 s"),
    /** More than a fifth has no new handshake at the end of the window. */
    FIFTH("20 % of peers"),
    /** The gateway answers. */
    SSH("SSH answers");

    private final String title;

    Rule(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /**
   * @param seconds after the change
   */
  record Outcome(Says says, double seconds) {}

  /** Every outcome of one rule. */
  record Outcomes(List<Outcome> all) {
    double share(Says says) {
      return (double) all.stream().filter(one -> one.says() == says).count() / all.size();
    }

    /**
     * @return seconds to a failure, of those that failed; empty if none did
     */
    Optional<Double> secondsToFail(double quantile) {
      List<Double> sorted =
          all.stream()
              .filter(one -> one.says() == Says.FAIL)
              .map(Outcome::seconds)
              .sorted()
              .toList();
      return sorted.isEmpty()
          ? Optional.empty()
          : Optional.of(sorted.get((int) Math.floor(quantile * (sorted.size() - 1))));
    }
  }

  Map<Rule, Outcomes> run(int runs, long seed) {
    Map<Rule, List<Outcome>> outcomes = new EnumMap<>(Rule.class);
    for (int run = 0; run < runs; run++) {
      Random random = new Random(seed + 1_000_003L * run);
      ModelGateway gateway = new ModelGateway(size, loss, churn, true, called, WINDOW + 1, random);
      Baseline baseline = gateway.baseline();
      for (Rule rule : Rule.values()) {
        outcomes
            .computeIfAbsent(rule, absent -> new ArrayList<>())
            .add(
                switch (rule) {
                  case BACKSTAY -> backstay(gateway, baseline, random);
                  case OLDER_THAN_180 -> olderThan180(gateway, baseline);
                  case FIFTH -> fifth(gateway, baseline);
                  case SSH -> new Outcome(Says.PASS, 1);
                });
      }
    }
    Map<Rule, Outcomes> result = new EnumMap<>(Rule.class);
    outcomes.forEach((rule, all) -> result.put(rule, new Outcomes(List.copyOf(all))));
    return result;
  }

  private Outcome backstay(ModelGateway gateway, Baseline baseline, Random random) {
    Watch watch = gateway.watch(baseline);
    Optional<ModelGateway> beside =
        control
            ? Optional.of(new ModelGateway(size, 0, churn, false, false, WINDOW + 1, random))
            : Optional.empty();
    Optional<Watch> watched = beside.map(other -> other.watch(other.baseline()));
    for (int second = 1; second < WINDOW; second += second < EACH_SECOND ? 1 : STEP) {
      look(second, gateway, watch, beside, watched);
      Optional<Verdict.Fail> early = judge(watched).early(watch.tally());
      if (early.isPresent()) {
        return new Outcome(Says.FAIL, second);
      }
    }
    look(WINDOW, gateway, watch, beside, watched);
    Says says =
        switch (judge(watched).end(watch.tally())) {
          case Verdict.Pass pass -> Says.PASS;
          case Verdict.Fail fail -> Says.FAIL;
          case Verdict.Inconclusive inconclusive -> Says.INCONCLUSIVE;
        };
    return new Outcome(says, WINDOW);
  }

  private static void look(
      int second,
      ModelGateway gateway,
      Watch watch,
      Optional<ModelGateway> beside,
      Optional<Watch> watched) {
    watch.accept(gateway.look(second));
    watched.ifPresent(
        other -> other.accept(beside.orElseThrow(IllegalStateException::new).look(second)));
  }

  /** Clients of the model fail for good, or not at all: who is not back is lost. */
  private static ControlGroup of(Tally beside) {
    return new ControlGroup(
        new Sample(beside.eligible(), beside.eligible() - beside.count(PeerState.BACK)));
  }

  private static Judge judge(Optional<Watch> control) {
    Judge alone = new Judge(GATES);
    return control.map(watch -> alone.beside(of(watch.tally()))).orElse(alone);
  }

  private static Outcome olderThan180(ModelGateway gateway, Baseline baseline) {
    for (int second = STEP; second <= WINDOW; second += STEP) {
      long old = gateway.olderThan(baseline, 180, second);
      if (GATES.broken().reachedBy(old, baseline.active().size()) && old > 0) {
        return new Outcome(Says.FAIL, second);
      }
    }
    return new Outcome(Says.PASS, WINDOW);
  }

  private static Outcome fifth(ModelGateway gateway, Baseline baseline) {
    long without = gateway.withoutHandshake(baseline, WINDOW);
    boolean over = GATES.silent().exceededBy(without, baseline.active().size());
    return new Outcome(over ? Says.FAIL : Says.PASS, WINDOW);
  }
}
