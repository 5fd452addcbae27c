package dev.backstay.simulation;

import dev.backstay.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/**
 * The time of a simulated world. Its threads run one at a time, each until it waits; when everybody
 * waits, the clock jumps to the next moment at which somebody goes on. Which of several goes first
 * is drawn from a seed, so that the same seed makes the same run, and another one another order of
 * events.
 *
 * <p>Everything of the world waits through a {@link Time} of one of its processes. What waits
 * otherwise, stops the world.
 */
public final class VirtualTime {
  private static final Instant BEGINNING = Instant.parse("2026-01-05T09:00:00Z");
  private static final ScopedValue<Fiber> CURRENT = ScopedValue.newInstance();

  private final Random random;
  private final PriorityQueue<Fiber.Alarm> alarms = new PriorityQueue<>();
  private final List<Fiber> ready = new ArrayList<>();
  private final Set<Fiber> living = new LinkedHashSet<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private Optional<Throwable> end = Optional.empty();
  private long now;
  private long sequence;

  private VirtualTime(long seed) {
    this.random = new Random(seed);
  }

  /**
   * Runs a world to the end of its main thread; what else is running then is ended.
   *
   * @param seed of the order of events
   * @param main gets the time of its own process
   * @throws IllegalStateException if main failed, with its fault as the cause
   */
  public static <T> T run(long seed, Function<? super VirtualProcess, ? extends T> main) {
    VirtualTime world = new VirtualTime(seed);
    VirtualProcess first = new VirtualProcess(world, "main");
    List<T> result = new ArrayList<>();
    Fiber fiber =
        world.add(
            "main",
            first,
            () -> {
              try {
                result.add(main.apply(first));
              } finally {
                world.endAllBut(CURRENT.get());
              }
            });
    fiber.wake();
    fiber.resume();
    world.awaitEnd();
    world.end.ifPresent(fault -> {
      throw new IllegalStateException(fault);
    });
    return result.getFirst();
  }

  private void awaitEnd() {
    boolean interrupted = false;
    while (over.getCount() > 0) {
      try {
        over.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  long nanos() {
    checkAlive();
    return now;
  }

  Instant instant() {
    return BEGINNING.plusNanos(nanos());
  }

  /** Begins a thread of a process; it gets the turn when the caller and those before it wait. */
  Fiber start(String name, VirtualProcess process, Runnable work) {
    checkAlive();
    Fiber fiber = add(name, process, work);
    wake(fiber);
    return fiber;
  }

  private Fiber add(String name, VirtualProcess process, Runnable work) {
    List<Fiber> self = new ArrayList<>(1);
    Fiber fiber =
        new Fiber(
            name,
            process,
            () ->
                ScopedValue.where(CURRENT, self.getFirst()).run(() -> live(self.getFirst(), work)));
    self.add(fiber);
    fiber.waits(Optional.empty());
    living.add(fiber);
    fiber.start();
    return fiber;
  }

  private void live(Fiber fiber, Runnable work) {
    Optional<Throwable> fault = Optional.empty();
    try {
      checkAlive();
      work.run();
    } catch (Halted killed) {
      fault = Optional.empty();
    } catch (Throwable any) {
      fault = Optional.of(any);
    }
    fiber.end(fault);
    living.remove(fiber);
    fiber.joiners().forEach(this::wake);
    if (living.isEmpty()) {
      // Main is the last to end: it ends the others first.
      end = fault;
      over.countDown();
    } else {
      next().resume();
    }
  }

  /** The others unwind, each from where it waits. */
  private void endAllBut(Fiber main) {
    List<Fiber> others = living.stream().filter(fiber -> fiber != main).toList();
    others.forEach(Fiber::condemn);
    others.forEach(this::wake);
    while (living.size() > 1) {
      ready.add(main);
      yieldTo(main);
    }
  }

  /**
   * The caller's thread waits.
   *
   * @param length empty for as long as it takes
   * @return whether it was woken, as opposed to having waited the whole length
   * @throws InterruptedException at once if it has been interrupted, or when it is
   */
  boolean await(Optional<Duration> length) throws InterruptedException {
    Fiber me = CURRENT.get();
    if (me.takeInterrupt()) {
      throw new InterruptedException();
    }
    boolean woken = awaitUninterruptibly(length);
    if (me.takeInterrupt()) {
      throw new InterruptedException();
    }
    return woken;
  }

  boolean awaitUninterruptibly(Optional<Duration> length) {
    checkAlive();
    Fiber me = CURRENT.get();
    Optional<Fiber.Alarm> alarm =
        length.map(l -> new Fiber.Alarm(now + Math.max(0, l.toNanos()), sequence++, me));
    me.waits(alarm);
    alarm.ifPresent(alarms::add);
    yieldTo(me);
    checkAlive();
    // An alarm that rang has been taken out; one that is left over was cancelled by who woke us.
    return alarm.map(Fiber.Alarm::isCancelled).orElse(true);
  }

  /** Lets a thread that waits go on. */
  void wake(Fiber fiber) {
    if (fiber.wake()) {
      ready.add(fiber);
    }
  }

  void interrupt(Fiber fiber) {
    fiber.interrupt();
    wake(fiber);
  }

  private void yieldTo(Fiber me) {
    Fiber next = next();
    if (next != me) {
      next.resume();
      me.awaitTurn();
    }
  }

  private Fiber next() {
    if (!ready.isEmpty()) {
      int chosen = random.nextInt(ready.size());
      Fiber fiber = ready.get(chosen);
      Fiber last = ready.removeLast();
      if (fiber != last) {
        ready.set(chosen, last);
      }
      return fiber;
    }
    while (!alarms.isEmpty()) {
      Fiber.Alarm alarm = alarms.remove();
      if (!alarm.isCancelled()) {
        now = alarm.at();
        Fiber fiber = alarm.fiber();
        fiber.ring();
        return fiber;
      }
    }
    throw stuck();
  }

  /** Somebody waits for what nobody does. A fault of the program or of the world: both are ours. */
  private AssertionError stuck() {
    AssertionError fault = new AssertionError("everybody waits for ever: " + List.copyOf(living));
    end = Optional.of(fault);
    over.countDown();
    return fault;
  }

  Fiber current() {
    return CURRENT.get();
  }

  /** Ends every thread of a process, the caller's too if it is one of them. */
  void kill(VirtualProcess process) {
    List<Fiber> threads = living.stream().filter(fiber -> fiber.process() == process).toList();
    threads.forEach(Fiber::condemn);
    threads.forEach(this::wake);
    checkAlive();
  }

  private static void checkAlive() {
    if (CURRENT.isBound()) {
      CURRENT.get().check();
    }
  }
}
