package dev.backstay.simulation;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Percent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Draws which gateway is struck by what, and when; at most one mishap strikes a gateway. */
final class DrawMishaps {
  /** After the plan, and while a gateway is being changed and watched. */
  private static final int FIRST_COMMAND = 3;

  private static final int COMMANDS = 16;

  private final List<Fault> faults;
  private final Random random;

  DrawMishaps(List<Fault> faults, long seed) {
    this.faults = faults;
    this.random = new Random(seed);
  }

  Map<String, List<Mishaps.Blow>> of(List<Gateway> gateways) {
    Map<String, List<Mishaps.Blow>> blows = new HashMap<>();
    for (Gateway gateway : gateways) {
      for (Fault fault : faults) {
        boolean struck = random.nextInt(Percent.WHOLE) < fault.share().hundredths();
        Optional<Mishap> mishap = struck ? mishap(fault.kind()) : Optional.empty();
        mishap.ifPresent(m ->
            blows.put(
                gateway.name(),
                List.of(
                    new Mishaps.Blow(
                        FIRST_COMMAND + random.nextInt(COMMANDS), random.nextBoolean(), m))));
      }
    }
    return blows;
  }

  private Optional<Mishap> mishap(Fault.Kind kind) {
    return switch (kind) {
      case UNREACHABLE -> Optional.of(new Mishap.Unreachable());
      case LINK -> Optional.of(new Mishap.LinkCut(Duration.ofSeconds(random.nextInt(600))));
      case POWER -> Optional.of(new Mishap.PowerCut(Duration.ofSeconds(1 + random.nextInt(300))));
      case CLOCK ->
          Optional.of(new Mishap.ClockStep(Duration.ofHours(random.nextBoolean() ? 1 : -1)));
      case DISK -> Optional.of(new Mishap.DiskFull());
      case TIMER -> Optional.of(new Mishap.TimerStopped());
      case HANG -> Optional.of(new Mishap.StageHangs());
      case SLOW -> Optional.of(new Mishap.Slow(2 + random.nextInt(9)));
      case BROKEN, NO_LOAD, LOSS, STALL, CHURN, CONTROLLER -> Optional.empty();
    };
  }
}
