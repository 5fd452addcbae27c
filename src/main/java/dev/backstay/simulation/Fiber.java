package dev.backstay.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** One thread of the simulated world. It runs only while it has the turn. */
final class Fiber {
  private final String name;
  private final VirtualProcess process;
  private final Thread thread;
  private volatile boolean turn;
  private boolean waiting;
  private boolean interrupted;
  private boolean condemned;
  private boolean ended;
  private final List<Fiber> joiners = new ArrayList<>();
  private Optional<Alarm> alarm = Optional.empty();
  private Optional<Throwable> fault = Optional.empty();

  Fiber(String name, VirtualProcess process, Runnable work) {
    this.name = name;
    this.process = process;
    this.thread =
        Thread.ofVirtual()
            .name(name)
            .unstarted(() -> {
              awaitTurn();
              work.run();
            });
  }

  void start() {
    thread.start();
  }

  /** Hands the turn to this one; the caller gives up its own. */
  void resume() {
    turn = true;
    LockSupport.unpark(thread);
  }

  /** Called by the thread itself. */
  void awaitTurn() {
    while (!turn) {
      LockSupport.park(this);
    }
    turn = false;
  }

  /** It waits from now on, until woken or until the alarm rings. */
  void waits(Optional<Alarm> until) {
    waiting = true;
    alarm = until;
  }

  /** Whether it did wait; it has to be given the turn then. */
  boolean wake() {
    if (!waiting) {
      return false;
    }
    waiting = false;
    alarm.ifPresent(Alarm::cancel);
    alarm = Optional.empty();
    return true;
  }

  /** The alarm rang. */
  void ring() {
    waiting = false;
    alarm = Optional.empty();
  }

  /** It ends when it goes on. */
  void condemn() {
    condemned = true;
  }

  void check() {
    if (condemned) {
      throw new Halted(process.toString());
    }
  }

  void interrupt() {
    interrupted = true;
  }

  /** Whether it was interrupted, by the world or by itself; asking forgets it. */
  boolean takeInterrupt() {
    boolean asked = Thread.interrupted() || interrupted;
    interrupted = false;
    return asked;
  }

  void end(Optional<Throwable> with) {
    ended = true;
    fault = with;
  }

  /** Who waits for its end. */
  List<Fiber> joiners() {
    return joiners;
  }

  boolean ended() {
    return ended;
  }

  Optional<Throwable> fault() {
    return fault;
  }

  VirtualProcess process() {
    return process;
  }

  @Override
  public String toString() {
    return name;
  }

  /** A moment at which a fiber goes on. Those of the same moment ring in the order of setting. */
  static final class Alarm implements Comparable<Alarm> {
    private final long at;
    private final long sequence;
    private final Fiber fiber;
    private boolean cancelled;

    Alarm(long at, long sequence, Fiber fiber) {
      this.at = at;
      this.sequence = sequence;
      this.fiber = fiber;
    }

    long at() {
      return at;
    }

    Fiber fiber() {
      return fiber;
    }

    void cancel() {
      cancelled = true;
    }

    boolean isCancelled() {
      return cancelled;
    }

    @Override
    public int compareTo(Alarm other) {
      return at == other.at ? Long.compare(sequence, other.sequence) : Long.compare(at, other.at);
    }
  }
}
