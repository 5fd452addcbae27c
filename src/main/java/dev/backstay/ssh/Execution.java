package dev.backstay.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.common.channel.ChannelPipedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * One running command: feeds its input, reads its output and learns how it ended. Waits on latches
 * of its own, because the library's waits swallow interrupts.
 */
final class Execution {
  private final Connection connection;
  private final ChannelExec channel;
  private final BoundedBuffer error;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch inputMayEnd = new CountDownLatch(1);
  private final Thread feeder;
  private volatile @Nullable String dropped;

  /**
   * @throws IOException if the command was not started, or nobody knows whether it was
   */
  static Execution start(Connection connection, Command command, Deadline deadline)
      throws IOException {
    BoundedBuffer error = new BoundedBuffer(command.outputLimit());
    ChannelExec channel = connection.start(command.line(), error, deadline);
    return new Execution(connection, channel, error, command.input());
  }

  private Execution(Connection connection, ChannelExec channel, BoundedBuffer error, byte[] input) {
    this.connection = connection;
    this.channel = channel;
    this.error = error;
    channel.addCloseFutureListener(_ -> {
      ended.countDown();
      inputMayEnd.countDown();
    });
    this.feeder =
        Thread.ofVirtual()
            .name("input of a command on " + connection.gateway())
            .start(() -> feed(input));
  }

  /** A thread of its own: a program that does not read its input must not block its reader. */
  private void feed(byte[] input) {
    try (OutputStream in = channel.getInvertedIn()) {
      in.write(input);
      in.flush();
      inputMayEnd.await();
    } catch (IOException e) {
      // The program stopped reading. That is its right; its end says whether it was content.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the program reads after the command's own input. Its end is {@link #endInput}'s. */
  OutputStream input() {
    return channel.getInvertedIn();
  }

  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** Lets the program see the end of its input. */
  void endInput() {
    inputMayEnd.countDown();
  }

  /** The program's standard output. Its {@code read} blocks until the channel closes. */
  InputStream output() {
    return channel.getInvertedOut();
  }

  /**
   * Copies the output into the sink on the calling thread until it ends or the time is up.
   *
   * @throws IOException if the sink fails; the channel is dropped then
   */
  void copyOutput(OutputStream sink, Deadline deadline) throws IOException {
    byte[] chunk = new byte[SshDefaults.CHUNK];
    while (true) {
      int length = read(chunk, deadline);
      if (length < 0) {
        return;
      }
      try {
        sink.write(chunk, 0, length);
      } catch (IOException e) {
        drop("the output could not be passed on");
        throw e;
      }
    }
  }

  private int read(byte[] chunk, Deadline deadline) {
    ChannelPipedInputStream out = (ChannelPipedInputStream) channel.getInvertedOut();
    try {
      // Zero would mean "for ever".
      out.setTimeout(Math.max(1, deadline.remaining().toMillis()));
      return out.read(chunk);
    } catch (InterruptedIOException e) {
      Thread.currentThread().interrupt();
      return -1;
    } catch (IOException e) {
      // Time is up, the thread was interrupted or the channel broke: the end will say which.
      return -1;
    }
  }

  /**
   * Waits for the end, or for somebody to {@link #drop} the command.
   *
   * @return whether it came within the limit
   */
  boolean awaitEnd(Duration limit) throws InterruptedException {
    return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Waits for the end, and drops the command if it does not come in time. */
  Outcome finish(BoundedBuffer output, Deadline deadline) {
    try {
      if (!awaitEnd(deadline.remaining())) {
        drop("no end within " + deadline.spoken());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      drop("the wait for its end was interrupted");
    }
    return outcome(output);
  }

  /**
   * How the command ended, asked after its end. An end that was seen counts, even if the connection
   * broke after it; what was printed may then be incomplete.
   */
  Outcome outcome(BoundedBuffer output) {
    @Nullable Integer status = channel.getExitStatus();
    @Nullable String signal = channel.getExitSignal();
    if (signal != null) {
      return new Outcome.Signalled(signal, output.text(), error.text());
    }
    if (status != null) {
      boolean cut = output.truncated() || error.truncated() || !channel.isEofSignalled();
      return new Outcome.Exited(status, output.text(), error.text(), cut);
    }
    String why = dropped;
    return new Outcome.Lost(
        why == null ? "the connection to " + connection.gateway() + " broke" : why);
  }

  /**
   * Gives the command up without waiting for the far side. Its channel stays taken until the server
   * confirms the close, which it does when the program has ended: it counts against the server's
   * limit for as long.
   */
  void drop(String why) {
    if (dropped == null) {
      dropped = why;
    }
    channel.close(false);
    try {
      channel.getInvertedOut().close();
    } catch (IOException e) {
      // Whoever reads it finds it closed, which is all that is wanted.
    }
    inputMayEnd.countDown();
    ended.countDown();
  }

  /** Waits until the input is no longer read from, so that the caller may wipe it. */
  void releaseInput() {
    try {
      feeder.join(SshDefaults.STREAM_CLOSE_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
