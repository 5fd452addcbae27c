package dev.backstay.cli;

import dev.backstay.rollout.Event;
import dev.backstay.rollout.FileOrders;
import dev.backstay.rollout.OrderWord;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jline.utils.Signals;

/**
 * Ctrl-C while something runs: once ends it in order, twice leaves at once. A rollout then ends
 * what is open and begins nothing more; if it is left at once, the gateways take back by themselves
 * what nobody confirmed. Closing this gives Ctrl-C its usual meaning again.
 */
final class Interrupts implements AutoCloseable {
  private static final String SIGNAL = "INT";

  /** What a shell reports for a program that Ctrl-C ended: 128 and the number of the signal. */
  private static final int INTERRUPTED = 130;

  private final Object before;

  private Interrupts(Object before) {
    this.before = before;
  }

  /**
   * @param told what the first Ctrl-C does, in words
   */
  static Interrupts stopping(FileOrders orders, Person person, Consumer<String> told) {
    return calling(() -> {
      orders.give(new Event.Ordered(OrderWord.STOP, person.toString(), "Ctrl-C"));
      told.accept(
          "Stopping: open leases are finished, nothing new begins. Ctrl-C again leaves at once;"
              + " the gateways then revert by themselves.");
    });
  }

  /**
   * @param first what Ctrl-C does once; twice leaves at once
   */
  static Interrupts calling(Runnable first) {
    AtomicInteger count = new AtomicInteger();
    return new Interrupts(
        Signals.register(
            SIGNAL,
            () -> {
              if (count.incrementAndGet() > 1) {
                // Without the ceremonies of an orderly end: whoever presses twice wants to be gone.
                Runtime.getRuntime().halt(INTERRUPTED);
              }
              first.run();
            }));
  }

  /**
   * Ctrl-C goes to every program on the terminal: what it means is for the one that works to say.
   */
  static int leftToOthers(IntSupplier work) {
    try (Interrupts ignored = new Interrupts(Signals.register(SIGNAL, () -> {}))) {
      return work.getAsInt();
    }
  }

  @Override
  public void close() {
    Signals.unregister(SIGNAL, before);
  }
}
