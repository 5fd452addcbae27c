package dev.backstay.ssh;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** Both streams of one running command. */
final class MinaConversation implements Shell.Conversation {
  private static final BoundedBuffer NOTHING = new BoundedBuffer(0);

  private final Execution execution;

  MinaConversation(Execution execution) {
    this.execution = execution;
  }

  @Override
  public InputStream output() {
    return execution.output();
  }

  @Override
  public OutputStream input() {
    return new FilterOutputStream(execution.input()) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        // The superclass would write them one by one.
        out.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        flush();
        execution.endInput();
      }
    };
  }

  @Override
  public Outcome await(Duration limit) {
    return execution.finish(NOTHING, Deadline.after(limit));
  }

  @Override
  public boolean ended() {
    return execution.hasEnded();
  }

  @Override
  public void close() {
    if (!ended()) {
      execution.drop("it was given up");
    }
  }
}
