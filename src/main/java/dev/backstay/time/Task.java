package dev.backstay.time;

/** Work that runs beside what started it. Safe for use by several threads. */
public interface Task extends AutoCloseable {
  boolean ended();

  /**
   * Waits for the end.
   *
   * @throws IllegalStateException with the fault as its cause, if the work ended by one
   */
  void join() throws InterruptedException;

  /** Interrupts the work if it has not ended, and waits for its end. Never throws its fault. */
  @Override
  void close();
}
