package dev.backstay.drill;

import dev.backstay.lab.Lab;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.GatewayState;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.RolloutState;
import dev.backstay.ssh.Connector;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
  private static final Act GOOD =
      new Act("module-1.0.1.yaml", "1.0.1: a good version, in waves", Result.DONE);

  private static final List<Act> BAD =
      List.of(
          new Act("module-1.1.0.yaml", "1.1.0: no client can shake hands", Result.ROLLED_BACK),
          new Act(
              "module-1.1.1.yaml",
              "1.1.1: only clients with a preshared key fail",
              Result.ROLLED_BACK),
          new Act("module-1.1.2.yaml", "1.1.2: handshakes fine, data dead", Result.ROLLED_BACK),
          new Act("module-1.1.3.yaml", "1.1.3: the module does not load", Result.ROLLED_BACK));

  private static final Act ORPHANED =
      new Act("orphaned.yaml", "1.1.0, and the controller is killed", Result.ROLLED_BACK);

  private static final String CANARY = "gw1";

  /** Its module is reloaded by hand, for comparison, while the others get their bad versions. */
  private static final String BY_HAND = "gw2";

  /** Waits for the end of its lease, after its controller was killed, while others go on. */
  private static final String LEFT_ALONE = "gw3";

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
    play(GOOD, Set.copyOf(stage.gateways()));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<LeftAlone.Measured> leftAlone =
          threads.submit(
              () -> new LeftAlone(stage.programs(BY_HAND), stage.shell(BY_HAND)).measure());
      Orphan orphan = orphan(threads);
      for (Act act : BAD) {
        play(act, orphan.isOver() ? Set.of(CANARY) : Set.of(CANARY, LEFT_ALONE));
      }
      if (!orphan.isOver()) {
        say("Waiting for %s, whose controller is dead ...".formatted(LEFT_ALONE));
      }
      add(orphan.end());
      if (!leftAlone.isDone()) {
        say(
            "Waiting for the clients of %s, whose module was reloaded by hand and whom nobody called ..."
                .formatted(BY_HAND));
      }
      return DemoTable.print(out, results, leftAlone.get());
    } catch (ExecutionException e) {
      throw new IllegalStateException("the demo could not look: " + e.getCause(), e);
    }
  }

  private Orphan orphan(ExecutorService threads) throws InterruptedException {
    title(ORPHANED);
    Orphan orphan = Orphan.make(stage, LEFT_ALONE, ORPHANED, threads);
    say("");
    say(
        "The controller is dead (kill -9). %s holds a lease of %d s and is on its own."
            .formatted(LEFT_ALONE, orphan.leaseLeft().toSeconds()));
    return orphan;
  }

  /**
   * @param busy gateways that may change meanwhile
   */
  private void play(Act act, Set<String> busy) throws InterruptedException {
    title(act);
    Others others = new Others(stage, busy);
    Pings pings = stage.pings(CANARY);
    Set<String> before = stage.rollouts();
    stage.apply(act).waitFor();
    List<String> differences = new ArrayList<>(others.touched());
    List<JournalLine> lines = stage.rolloutSince(before).map(stage::lines).orElse(List.of());
    RolloutState state = RolloutState.fold(lines);
    Optional<Result> seen = state.end().map(Event.Ended::result);
    if (!seen.equals(Optional.of(act.announced()))) {
      differences.add(
          "announced %s, seen %s"
              .formatted(act.announced().words(), seen.map(Result::words).orElse("no end")));
    }
    Optional<GatewayState> canary = Optional.ofNullable(state.gateways().get(CANARY));
    String last = act.announced() == Result.DONE ? "observe" : "revert";
    add(
        new ActResult(
            act.title(),
            seen.map(Result::words).orElse("no end"),
            number(canary, "observe", "secondsAfterCut"),
            verdictToRestored(lines),
            clientsBack(canary, last),
            number(canary, last, "lastBackAfter"),
            stage.pings(CANARY).since(pings),
            differences));
  }

  private static String clientsBack(Optional<GatewayState> canary, String step) {
    return canary
        .flatMap(gateway -> gateway.fact(step, "eligible"))
        .map(
            all -> canary.flatMap(gateway -> gateway.fact(step, "back")).orElse("0") + " of " + all)
        .orElse("");
  }

  private static OptionalDouble verdictToRestored(List<JournalLine> lines) {
    Optional<Instant> verdict =
        lines.stream()
            .filter(line -> line.body() instanceof Event.Judged)
            .map(JournalLine::time)
            .findFirst();
    Optional<Instant> restored =
        lines.stream()
            .filter(line ->
                line.body() instanceof Event.StepEnded ended && ended.step().equals("revert"))
            .map(JournalLine::time)
            .findFirst();
    return verdict.isPresent() && restored.isPresent()
        ? OptionalDouble.of(Duration.between(verdict.get(), restored.get()).toMillis() / 1000.0)
        : OptionalDouble.empty();
  }

  private static OptionalDouble number(Optional<GatewayState> gateway, String step, String fact) {
    return gateway
        .flatMap(there -> there.fact(step, fact))
        .map(text -> OptionalDouble.of(Double.parseDouble(text)))
        .orElseGet(OptionalDouble::empty);
  }

  private void add(ActResult result) {
    result.differences().forEach(text -> say("  NOT AS ANNOUNCED: " + text));
    results.add(result);
  }

  private void title(Act act) {
    say("");
    say("== " + act.title());
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
