package dev.backstay.time;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The time of this machine, with virtual threads. */
final class RealTime implements Time {
  static final RealTime INSTANCE = new RealTime();

  private RealTime() {}

  @Override
  public Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Thread.sleep(duration);
  }

  @Override
  public <T> Mailbox<T> mailbox() {
    return new Queue<>(new LinkedBlockingQueue<>());
  }

  private record Queue<T>(BlockingQueue<T> things) implements Mailbox<T> {
    @Override
    public void put(T thing) {
      things.add(thing);
    }

    @Override
    public Optional<T> poll() {
      return Optional.ofNullable(things.poll());
    }

    @Override
    public Optional<T> poll(Duration patience) throws InterruptedException {
      return Optional.ofNullable(things.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
    }
  }

  @Override
  public <A, B> List<B> inParallel(
      List<A> items, int atMost, Function<? super A, ? extends B> work) {
    Semaphore places = new Semaphore(atMost);
    List<Future<B>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (A item : items) {
        futures.add(
            threads.submit(() -> {
              // Not given up by an interrupt: the work itself sees it, and says how it ends.
              places.acquireUninterruptibly();
              try {
                return work.apply(item);
              } finally {
                places.release();
              }
            }));
      }
    }
    return futures.stream().map(RealTime::result).toList();
  }

  private static <B> B result(Future<B> future) {
    return switch (future.state()) {
      case SUCCESS -> future.resultNow();
      case FAILED -> throw new IllegalStateException(future.exceptionNow());
      case CANCELLED, RUNNING -> throw new IllegalStateException("the work did not end");
    };
  }

  @Override
  public Task start(String name, Runnable work) {
    FutureTask<Boolean> future = new FutureTask<>(work, true);
    return new Running(Thread.ofVirtual().name(name).start(future), future);
  }

  private record Running(Thread thread, FutureTask<Boolean> future) implements Task {
    @Override
    public boolean ended() {
      return future.isDone();
    }

    @Override
    public void join() throws InterruptedException {
      thread.join();
      result(future);
    }

    @Override
    public void close() {
      thread.interrupt();
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
