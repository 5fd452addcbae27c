package dev.backstay.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** Runs commands in channels of one connection. */
final class MinaShell implements Shell {
  private final Connection connection;
  private final boolean owner;

  /**
   * @param owner whether closing the shell closes the connection
   */
  MinaShell(Connection connection, boolean owner) {
    this.connection = connection;
    this.owner = owner;
  }

  @Override
  public String gateway() {
    return connection.gateway();
  }

  @Override
  public Outcome run(Command command) {
    BoundedBuffer output = new BoundedBuffer(command.outputLimit());
    return run(command, output, output);
  }

  @Override
  public Outcome run(Command command, OutputStream output) {
    return run(command, output, new BoundedBuffer(0));
  }

  private Outcome run(Command command, OutputStream sink, BoundedBuffer kept) {
    Deadline deadline = Deadline.after(command.limit());
    Execution execution;
    try {
      execution = Execution.start(connection, command, deadline);
    } catch (IOException | IllegalStateException e) {
      return notStarted(e);
    }
    execution.endInput();
    try {
      execution.copyOutput(sink, deadline);
      return execution.finish(kept, deadline);
    } catch (IOException e) {
      throw new UncheckedIOException("the output could not be passed on", e);
    } finally {
      execution.releaseInput();
    }
  }

  @Override
  public Stream stream(Command command, Consumer<String> line) {
    Deadline deadline = Deadline.after(command.limit());
    try {
      Execution execution = Execution.start(connection, command, deadline);
      return new LineStream(gateway(), execution, command, line);
    } catch (IOException | IllegalStateException e) {
      return new NeverStarted(notStarted(e));
    }
  }

  @Override
  public Conversation converse(Command command) throws IOException {
    Deadline deadline = Deadline.after(command.limit());
    try {
      return new MinaConversation(Execution.start(connection, command, deadline));
    } catch (IllegalStateException broken) {
      throw new IOException("the connection to " + gateway() + " is broken", broken);
    }
  }

  private Outcome notStarted(Exception e) {
    String why =
        connection.isOpen() ? Reasons.of(e) : "the connection to " + gateway() + " is broken";
    return new Outcome.Lost("the command could not be started: " + why);
  }

  @Override
  public void close() {
    if (owner) {
      connection.close();
    }
  }

  /** A stream that is over before its first line. */
  private record NeverStarted(Outcome outcome) implements Stream {
    @Override
    public Outcome await() {
      return outcome;
    }

    @Override
    public void close() {}
  }
}
