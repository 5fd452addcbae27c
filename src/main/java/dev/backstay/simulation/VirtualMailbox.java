package dev.backstay.simulation;

import dev.backstay.time.Mailbox;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** A mailbox of the simulated world. */
final class VirtualMailbox<T> implements Mailbox<T> {
  private final VirtualTime world;
  private final Deque<T> things = new ArrayDeque<>();
  private final Deque<Fiber> readers = new ArrayDeque<>();

  VirtualMailbox(VirtualTime world) {
    this.world = world;
  }

  @Override
  public void put(T thing) {
    things.add(thing);
    Fiber reader = readers.poll();
    if (reader != null) {
      world.wake(reader);
    }
  }

  @Override
  public Optional<T> poll() {
    return Optional.ofNullable(things.poll());
  }

  @Override
  public Optional<T> poll(Duration patience) throws InterruptedException {
    long end = world.nanos() + patience.toNanos();
    for (long left = patience.toNanos(); things.isEmpty() && left > 0; left = end - world.nanos()) {
      Fiber me = world.current();
      readers.add(me);
      try {
        world.await(Optional.of(Duration.ofNanos(left)));
      } finally {
        readers.remove(me);
      }
    }
    return poll();
  }
}
