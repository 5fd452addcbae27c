package dev.backstay.drill;

import dev.backstay.gateway.LeaseStatus;
import dev.backstay.rollout.GatewayState;
import dev.backstay.rollout.RolloutState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * A rollout whose controller is killed while it watches the clients. The gateway must come back
 * without anybody's help.
 */
final class Orphan {
  private static final Duration POLL = Duration.ofMillis(200);

  /** Rarely enough not to keep the gateway busy. */
  private static final Duration GLANCE = Duration.ofSeconds(2);

  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Stage stage;
  private final String gateway;
  private final Act act;
  private final String module;
  private final Pings before;
  private final Future<OptionalDouble> reverted;

  private Orphan(
      Stage stage,
      String gateway,
      Act act,
      String module,
      Pings before,
      Future<OptionalDouble> reverted) {
    this.stage = stage;
    this.gateway = gateway;
    this.act = act;
    this.module = module;
    this.before = before;
    this.reverted = reverted;
  }

  /** Starts the rollout and kills its controller (SIGKILL) when it has begun to observe. */
  static Orphan make(Stage stage, String gateway, Act act, ExecutorService threads)
      throws InterruptedException {
    String module = stage.module(gateway);
    Pings pings = stage.pings(gateway);
    Set<String> before = stage.rollouts();
    Process controller = stage.apply(act);
    while (controller.isAlive() && !observing(stage, gateway, before)) {
      Thread.sleep(POLL);
    }
    controller.destroyForcibly().waitFor();
    return new Orphan(
        stage, gateway, act, module, pings, threads.submit(() -> untilReverted(stage, gateway)));
  }

  private static boolean observing(Stage stage, String gateway, Set<String> before) {
    return stage
        .rolloutSince(before)
        .map(id -> RolloutState.fold(stage.lines(id)).gateways().get(gateway))
        .map(GatewayState::step)
        .filter("observe"::equals)
        .isPresent();
  }

  /** Seconds from the controller's death to the gateway's own word that it has reverted. */
  private static OptionalDouble untilReverted(Stage stage, String gateway)
      throws InterruptedException {
    long died = System.nanoTime();
    while (System.nanoTime() - died < LONGEST.toNanos()) {
      if (stage.programs(gateway).status().state() == LeaseStatus.State.REVERTED) {
        return OptionalDouble.of((System.nanoTime() - died) / 1e9);
      }
      Thread.sleep(GLANCE);
    }
    return OptionalDouble.empty();
  }

  /** Until the gateway reverts by itself. */
  Duration leaseLeft() {
    return stage.programs(gateway).status().remaining();
  }

  boolean isOver() {
    return reverted.isDone();
  }

  /** Waits for the gateway. */
  ActResult end() throws InterruptedException, ExecutionException {
    OptionalDouble seconds = reverted.get();
    List<String> differences = new ArrayList<>();
    if (seconds.isEmpty()) {
      differences.add("%s did not revert within %d s".formatted(gateway, LONGEST.toSeconds()));
    }
    String now = stage.module(gateway);
    if (!now.equals(module)) {
      differences.add("%s runs module %s, not %s as before".formatted(gateway, now, module));
    }
    return new ActResult(
        act.title(),
        seconds.isPresent()
            ? "by itself in %.0f s".formatted(seconds.getAsDouble())
            : "not reverted",
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        "",
        OptionalDouble.empty(),
        stage.pings(gateway).since(before),
        differences);
  }
}
