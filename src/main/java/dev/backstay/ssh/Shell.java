package dev.backstay.ssh;

import java.io.OutputStream;
import java.util.function.Consumer;

/** A gateway's shell over one authenticated connection. Safe for use by several threads. */
public interface Shell extends AutoCloseable {
  /** The gateway's name in the inventory, for messages. */
  String gateway();

  /**
   * Runs a command to its end. Never throws for what happens on the far side: see {@link Outcome}.
   */
  Outcome run(Command command);

  /**
   * Runs a command and writes its standard output into a sink as it comes: bytes for binary, and
   * for secrets, which are then held nowhere here. {@link Outcome.Exited#output()} is empty; the
   * output limit holds for standard error alone.
   *
   * @param output written to on the calling thread and neither flushed nor closed; the command's
   *     time limit does not interrupt a sink that blocks
   * @throws java.io.UncheckedIOException if the sink fails; nobody knows then what the command did
   */
  Outcome run(Command command, OutputStream output);

  /**
   * Starts a command and hands over its standard output line by line as it comes, on a thread of
   * its own, until the command ends or the stream is closed. Standard input stays open until then,
   * so a program that reads it learns from its end that nobody listens any more.
   */
  Stream stream(Command command, Consumer<String> line);

  @Override
  void close();

  /** A running command whose output is being read. */
  interface Stream extends AutoCloseable {
    /** Waits for the end, at most for the command's limit. */
    Outcome await();

    /** Closes the far side's standard input, waits briefly for its end, then drops the channel. */
    @Override
    void close();
  }
}
