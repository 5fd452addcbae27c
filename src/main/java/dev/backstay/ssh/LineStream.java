package dev.backstay.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands a program's output over line by line, on a virtual thread of its own. */
final class LineStream implements Shell.Stream {
  private static final Logger log = LoggerFactory.getLogger(LineStream.class);
  private static final BoundedBuffer NOTHING = new BoundedBuffer(0);

  private final String gateway;
  private final Execution execution;
  private final Duration limit;
  private final Consumer<String> consumer;
  private final int longestLine;
  private final Thread reader;

  LineStream(String gateway, Execution execution, Command command, Consumer<String> consumer) {
    this.gateway = gateway;
    this.execution = execution;
    this.limit = command.limit();
    this.consumer = consumer;
    this.longestLine = command.outputLimit();
    this.reader = Thread.ofVirtual().name("output of " + gateway).start(this::read);
  }

  private void read() {
    try {
      readLines(execution.output());
    } catch (IOException e) {
      log.debug("the output of {} ended: {}", gateway, e.getMessage());
    } catch (RuntimeException e) {
      execution.drop("whoever read the output failed: " + e);
    }
  }

  /** A line without an end, at the end of the output, is a line too. */
  private void readLines(InputStream output) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] chunk = new byte[SshDefaults.CHUNK];
    for (int length; (length = output.read(chunk)) >= 0; ) {
      int start = 0;
      for (int i = 0; i < length; i++) {
        if (chunk[i] == '\n') {
          append(line, chunk, start, i);
          consumer.accept(line.toString(StandardCharsets.UTF_8));
          line.reset();
          start = i + 1;
        }
      }
      append(line, chunk, start, length);
    }
    if (line.size() > 0) {
      consumer.accept(line.toString(StandardCharsets.UTF_8));
    }
  }

  /** What exceeds the command's output limit in one line is dropped. */
  private void append(ByteArrayOutputStream line, byte[] chunk, int from, int to) {
    line.write(chunk, from, Math.min(to - from, longestLine - line.size()));
  }

  @Override
  public Outcome await() {
    Deadline deadline = Deadline.after(limit);
    try {
      // The reader ends with the channel; after it, every line has been handed over.
      if (reader.join(deadline.remaining()) && execution.awaitEnd(deadline.remaining())) {
        return execution.outcome(NOTHING);
      }
      return new Outcome.Lost("no end within " + deadline.spoken());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.Lost("the wait for its end was interrupted");
    }
  }

  @Override
  public void close() {
    execution.endInput();
    try {
      if (!execution.awaitEnd(SshDefaults.STREAM_CLOSE_LIMIT)) {
        execution.drop("it did not end when its input did, and was given up");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      execution.drop("the wait for its end was interrupted");
    }
  }
}
