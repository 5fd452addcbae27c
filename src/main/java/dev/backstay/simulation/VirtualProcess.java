package dev.backstay.simulation;

import dev.backstay.time.Mailbox;
import dev.backstay.time.Task;
import dev.backstay.time.Time;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A process of the simulated world: threads that can be killed together, and a clock that can be
 * set. After {@link #kill} none of its threads does anything any more, not even read the clock.
 */
public final class VirtualProcess implements Time {
  private final VirtualTime world;
  private final String name;
  private Duration clockError = Duration.ZERO;
  private boolean killed;

  VirtualProcess(VirtualTime world, String name) {
    this.world = world;
    this.name = name;
  }

  /** Another process of the same world. */
  public VirtualProcess process(String called) {
    return new VirtualProcess(world, called);
  }

  /** Ends it as SIGKILL does; a caller that belongs to it does not return from here. */
  public void kill() {
    killed = true;
    world.kill(this);
  }

  boolean isKilled() {
    return killed;
  }

  /** Somebody sets its machine's clock. */
  public void stepClock(Duration by) {
    clockError = clockError.plus(by);
  }

  @Override
  public Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return Clock.fixed(instant(), zone);
      }

      @Override
      public Instant instant() {
        return world.instant().plus(clockError);
      }
    };
  }

  @Override
  public long nanos() {
    return world.nanos();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (duration.isPositive()) {
      world.await(Optional.of(duration));
    }
  }

  @Override
  public <T> Mailbox<T> mailbox() {
    return new VirtualMailbox<>(world);
  }

  @Override
  public <A, B> List<B> inParallel(
      List<A> items, int atMost, Function<? super A, ? extends B> work) {
    List<Optional<B>> results =
        new ArrayList<>(Collections.nCopies(items.size(), Optional.empty()));
    int atOnce = Math.min(atMost, items.size());
    // Each worker has an item of its own to begin with, so that the order of work is drawn.
    int[] next = {atOnce};
    List<Fiber> workers = new ArrayList<>();
    List<Optional<RuntimeException>> faults =
        new ArrayList<>(Collections.nCopies(items.size(), Optional.empty()));
    for (int i = 0; i < atOnce; i++) {
      int first = i;
      workers.add(
          world.start(
              name + " " + i,
              this,
              () -> {
                for (int mine = first; mine < items.size(); mine = next[0]++) {
                  try {
                    results.set(mine, Optional.of(work.apply(items.get(mine))));
                  } catch (RuntimeException fault) {
                    faults.set(mine, Optional.of(fault));
                  }
                }
              }));
    }
    workers.forEach(this::untilEnded);
    workers.stream()
        .flatMap(worker -> worker.fault().stream())
        .findFirst()
        .ifPresent(fault -> {
          throw new IllegalStateException(fault);
        });
    faults.stream()
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(fault -> {
          throw new IllegalStateException(fault);
        });
    return results.stream().map(Optional::orElseThrow).toList();
  }

  @Override
  public Task start(String called, Runnable work) {
    return new Running(world.start(called, this, work));
  }

  private void untilEnded(Fiber fiber) {
    boolean interrupted = false;
    while (!fiber.ended()) {
      fiber.joiners().add(world.current());
      try {
        world.await(Optional.empty());
      } catch (InterruptedException e) {
        interrupted = true;
        world.interrupt(fiber);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Running implements Task {
    private final Fiber fiber;

    Running(Fiber fiber) {
      this.fiber = fiber;
    }

    @Override
    public boolean ended() {
      return fiber.ended();
    }

    @Override
    public void join() throws InterruptedException {
      while (!fiber.ended()) {
        fiber.joiners().add(world.current());
        world.await(Optional.empty());
      }
      fiber
          .fault()
          .ifPresent(fault -> {
            throw new IllegalStateException(fault);
          });
    }

    @Override
    public void close() {
      if (!fiber.ended()) {
        world.interrupt(fiber);
        untilEnded(fiber);
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
