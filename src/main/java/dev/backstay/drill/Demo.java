package dev.backstay.drill;

import dev.backstay.gateway.LeaseStatus;
import dev.backstay.lab.Lab;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.RolloutState;
import dev.backstay.rollout.RolloutState.GatewayState;
import dev.backstay.ssh.Connector;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs the rollouts of the demo with the real command, each in a process of its own, and holds what
 * they did against what was announced. Runs inside the lab.
 */
public final class Demo {
  private static final List<Act> BAD =
      List.of(
          new Act("module-1.1.0.yaml", "1.1.0: no client can shake hands", Result.ROLLED_BACK),
          new Act(
              "module-1.1.1.yaml",
              "1.1.1: only clients with a preshared key fail",
              Result.ROLLED_BACK),
          new Act("module-1.1.2.yaml", "1.1.2: handshakes fine, data dead", Result.ROLLED_BACK),
          new Act("module-1.1.3.yaml", "1.1.3: the module does not load", Result.ROLLED_BACK));

  private static final Act GOOD =
      new Act("module-1.0.1.yaml", "1.0.1: a good version, in waves", Result.DONE);

  private static final Act ORPHANED =
      new Act("module-1.1.0.yaml", "1.1.0, and the controller is killed", Result.ROLLED_BACK);

  private static final String CANARY = "gw1";
  private static final String BYSTANDER = "gw3";

  private static final Duration POLL = Duration.ofMillis(200);

  private final Stage stage;
  private final PrintWriter out;
  private final List<ActResult> results = new ArrayList<>();

  /**
   * @param folder an empty working directory that has the demo's playbooks in {@code playbooks/}
   * @param backstay the words that start the command {@code backstay}
   * @param inventory of the lab
   */
  public Demo(
      Path folder,
      List<String> backstay,
      Path inventory,
      Connector connector,
      Lab lab,
      PrintWriter out) {
    this.stage = new Stage(folder, backstay, inventory, connector, lab);
    this.out = out;
  }

  /** Whether everything went as announced. */
  public boolean run() throws InterruptedException {
    stage.run("init");
    good();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<LeftAlone.Measured> leftAlone =
          threads.submit(
              () -> new LeftAlone(stage.programs(BYSTANDER), stage.shell(BYSTANDER)).measure());
      for (Act act : BAD) {
        bad(act);
      }
      orphaned();
      say(
          "Waiting for the clients of %s, whose module was reloaded by hand and whom nobody called ..."
              .formatted(BYSTANDER));
      return DemoTable.print(out, results, leftAlone.get());
    } catch (ExecutionException e) {
      throw new IllegalStateException("the comparison failed: " + e.getCause(), e);
    }
  }

  private void good() throws InterruptedException {
    say("");
    say("== " + GOOD.title());
    Measuring measuring = new Measuring(CANARY);
    Set<String> before = stage.rollouts();
    stage.apply(GOOD).waitFor();
    List<String> differences = new ArrayList<>();
    RolloutState state = state(before, differences);
    expect(state.end().map(Event.Ended::result), GOOD.announced(), differences);
    measuring.result(GOOD, state, differences, OptionalDouble.empty());
  }

  private void bad(Act act) throws InterruptedException {
    say("");
    say("== " + act.title());
    Map<String, String> others = othersMarks();
    Measuring measuring = new Measuring(CANARY);
    Set<String> before = stage.rollouts();
    stage.apply(act).waitFor();
    List<String> differences = new ArrayList<>();
    RolloutState state = state(before, differences);
    expect(state.end().map(Event.Ended::result), act.announced(), differences);
    untouched(others, differences);
    measuring.result(act, state, differences, verdictToRestored(state));
  }

  private OptionalDouble verdictToRestored(RolloutState state) {
    List<JournalLine> lines = stage.lines(state.id());
    Optional<Instant> verdict =
        lines.stream()
            .filter(l -> l.body() instanceof Event.Judged)
            .map(JournalLine::time)
            .findFirst();
    Optional<Instant> restored =
        lines.stream()
            .filter(l -> l.body() instanceof Event.StepEnded ended && ended.step().equals("revert"))
            .map(JournalLine::time)
            .findFirst();
    return verdict.isPresent() && restored.isPresent()
        ? OptionalDouble.of(Duration.between(verdict.get(), restored.get()).toMillis() / 1000.0)
        : OptionalDouble.empty();
  }

  /** The controller dies while it watches; the gateway must come back without anybody's help. */
  private void orphaned() throws InterruptedException {
    say("");
    say("== " + ORPHANED.title());
    Map<String, String> others = othersMarks();
    String module = stage.programs(CANARY).facts(Set.of()).moduleLoaded();
    Measuring measuring = new Measuring(CANARY);
    Set<String> before = stage.rollouts();
    Process controller = stage.apply(ORPHANED);
    while (controller.isAlive() && !observing(before)) {
      Thread.sleep(POLL);
    }
    controller.destroyForcibly().waitFor();
    say("");
    say("The controller is dead (kill -9). %s holds a lease and is on its own.".formatted(CANARY));
    List<String> differences = new ArrayList<>();
    double seconds = awaitRevert(differences);
    String now = stage.programs(CANARY).facts(Set.of()).moduleLoaded();
    if (!now.equals(module)) {
      differences.add("%s runs module %s, not %s as before".formatted(CANARY, now, module));
    }
    untouched(others, differences);
    measuring.orphan(ORPHANED, seconds, differences);
  }

  private boolean observing(Set<String> before) {
    return stage
        .rolloutSince(before)
        .map(id -> RolloutState.fold(stage.lines(id)).gateways().get(CANARY))
        .filter(gateway -> gateway != null && gateway.step().equals("observe"))
        .isPresent();
  }

  private double awaitRevert(List<String> differences) throws InterruptedException {
    long start = System.nanoTime();
    long limit = start + Duration.ofMinutes(4).toNanos();
    long said = Long.MAX_VALUE;
    while (System.nanoTime() < limit) {
      LeaseStatus status = stage.programs(CANARY).status();
      if (status.state() == LeaseStatus.State.REVERTED) {
        double seconds = (System.nanoTime() - start) / 1e9;
        say(
            "%s has reverted by itself, %.0f s after the controller died."
                .formatted(CANARY, seconds));
        return seconds;
      }
      if (said - status.remaining().toSeconds() >= 10) {
        said = status.remaining().toSeconds();
        say("  %s: %s, lease left %d s".formatted(CANARY, status.state().word(), said));
      }
      Thread.sleep(POLL);
    }
    differences.add(CANARY + " did not revert by itself within four minutes");
    return Double.NaN;
  }

  private Map<String, String> othersMarks() {
    Map<String, String> marks = new LinkedHashMap<>();
    stage.gateways().stream()
        .filter(name -> !name.equals(CANARY))
        .forEach(name -> marks.put(name, stage.mark(name)));
    return marks;
  }

  private void untouched(Map<String, String> before, List<String> differences) {
    before.forEach((name, mark) -> {
      String now = stage.mark(name);
      if (!now.equals(mark)) {
        differences.add("%s was touched: %s, before %s".formatted(name, now, mark));
      }
    });
  }

  private RolloutState state(Set<String> before, List<String> differences) {
    Optional<String> id = stage.rolloutSince(before);
    if (id.isEmpty()) {
      differences.add("no rollout was made");
      return RolloutState.fold(List.of());
    }
    return RolloutState.fold(stage.lines(id.get()));
  }

  private static void expect(Optional<Result> seen, Result announced, List<String> differences) {
    if (!seen.equals(Optional.of(announced))) {
      differences.add(
          "announced %s, seen %s"
              .formatted(announced.words(), seen.map(Result::words).orElse("no end")));
    }
  }

  private static OptionalDouble number(GatewayState gateway, String step, String fact) {
    return gateway
        .fact(step, fact)
        .map(text -> OptionalDouble.of(Double.parseDouble(text)))
        .orElseGet(OptionalDouble::empty);
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }

  /** Counts the canary's traffic over one act. */
  private final class Measuring {
    private final String gateway;
    private final long[] before;

    Measuring(String gateway) {
      this.gateway = gateway;
      this.before = stage.traffic(gateway);
    }

    void result(Act act, RolloutState state, List<String> differences, OptionalDouble toRestored) {
      GatewayState canary = state.gateways().get(gateway);
      String step = act.announced() == Result.DONE ? "observe" : "revert";
      String back =
          canary == null
              ? ""
              : canary.fact(step, "back").orElse("?")
                  + " of "
                  + canary.fact(step, "eligible").orElse("?");
      add(
          act.title(),
          state.end().map(end -> end.result().words()).orElse("no end"),
          canary == null ? OptionalDouble.empty() : number(canary, "observe", "secondsAfterCut"),
          toRestored,
          back,
          canary == null ? OptionalDouble.empty() : number(canary, step, "lastBackAfter"),
          differences);
    }

    void orphan(Act act, double seconds, List<String> differences) {
      add(
          act.title(),
          "reverted by itself after %.0f s".formatted(seconds),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          "",
          OptionalDouble.empty(),
          differences);
    }

    private void add(
        String title,
        String outcome,
        OptionalDouble toVerdict,
        OptionalDouble toRestored,
        String back,
        OptionalDouble lastBack,
        List<String> differences) {
      long[] now = stage.traffic(gateway);
      long sent = now[0] - before[0];
      long lost = sent - (now[1] - before[1]);
      differences.forEach(text -> say("  NOT AS ANNOUNCED: " + text));
      results.add(
          new ActResult(
              title, outcome, toVerdict, toRestored, back, lastBack, lost, sent, differences));
    }
  }
}
