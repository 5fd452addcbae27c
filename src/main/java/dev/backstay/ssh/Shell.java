package dev.backstay.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
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

  /**
   * Starts a command as the other end of a conversation in bytes, such as Git's protocols are. The
   * command's input is sent first; its time limit is for the start alone.
   *
   * @throws IOException if the command was not started, or nobody knows whether it was
   */
  Conversation converse(Command command) throws IOException;

  @Override
  void close();

  /** A running command that is talked with. Its streams may be used by one thread each. */
  interface Conversation extends AutoCloseable {
    /** What the command prints; its end is the end of the command's output. */
    InputStream output();

    /** What the command reads. Closing it shows the command the end of its input. */
    OutputStream input();

    /** Waits for the end. What the command wrote to standard error is in the outcome. */
    Outcome await(Duration limit);

    /** Whether the end has been seen. */
    boolean ended();

    /** Gives the command up if it has not ended. */
    @Override
    void close();
  }

  /** A running command whose output is being read. */
  interface Stream extends AutoCloseable {
    /** Waits for the end, at most for the command's limit. */
    Outcome await();

    /** Closes the far side's standard input, waits briefly for its end, then drops the channel. */
    @Override
    void close();
  }
}
