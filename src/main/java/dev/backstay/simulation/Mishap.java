package dev.backstay.simulation;

import java.time.Duration;

/** What breaks on a gateway. */
sealed interface Mishap {
  /** Its connections break; new ones can be made after the outage. */
  record LinkCut(Duration outage) implements Mishap {}

  record PowerCut(Duration off) implements Mishap {}

  record ClockStep(Duration by) implements Mishap {}

  record DiskFull() implements Mishap {}

  record TimerStopped() implements Mishap {}

  record StageHangs() implements Mishap {}

  record Unreachable() implements Mishap {}

  record Slow(double times) implements Mishap {}

  /** Somebody sends clients to a gateway by hand, whom it knows and did not have. */
  record SendsHere(String gateway) implements Mishap {}

  /** From now on its clients complete no handshake. */
  record ClientsFail() implements Mishap {}

  default void strike(Machine machine) {
    switch (this) {
      case LinkCut(Duration outage) -> machine.cutLink(outage);
      case PowerCut(Duration off) -> machine.powerCut(off);
      case ClockStep(Duration by) -> machine.stepClock(by);
      case DiskFull() -> machine.fillDisk();
      case TimerStopped() -> machine.stopTimerByHand();
      case StageHangs() -> machine.hangStage();
      case Unreachable() -> machine.vanish();
      case SendsHere(String gateway) -> machine.sendHere(gateway);
      case ClientsFail() -> machine.failClients();
      case Slow(double times) -> machine.slowDown(times);
    }
  }
}
