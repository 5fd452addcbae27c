package dev.backstay.ssh;

import java.time.Duration;
import java.util.Objects;

/**
 * A command for the shell of a gateway. Data goes in on standard input, never into the line.
 *
 * @param line the command line as the remote login shell reads it
 * @param input what standard input carries; empty for none. Not copied: the caller may wipe it once
 *     the command has ended
 * @param limit how long to wait for the end; afterwards the outcome is {@link Outcome.Lost},
 *     because nobody knows what the command did
 * @param outputLimit bytes of standard output and, separately, of standard error that are kept;
 *     what exceeds it is dropped and said in {@link Outcome.Exited#truncated()}
 */
public record Command(String line, byte[] input, Duration limit, int outputLimit) {
  /**
   * Enough for a gateway of 10 000 peers in text; stops a runaway command from filling the heap.
   */
  public static final int DEFAULT_OUTPUT_LIMIT = 16 * 1024 * 1024;

  public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

  public Command {
    Objects.requireNonNull(line, "line is null");
    Objects.requireNonNull(input, "input is null");
    if (!limit.isPositive()) {
      throw new IllegalArgumentException("the time limit of a command is positive, not " + limit);
    }
    if (outputLimit < 0) {
      throw new IllegalArgumentException("the output limit is not negative");
    }
  }

  public static Command of(String line) {
    return new Command(line, new byte[0], DEFAULT_LIMIT, DEFAULT_OUTPUT_LIMIT);
  }

  public Command withInput(byte[] bytes) {
    return new Command(line, bytes, limit, outputLimit);
  }

  public Command within(Duration time) {
    return new Command(line, input, time, outputLimit);
  }

  /** Never shows the input: it may be a secret. */
  @Override
  public String toString() {
    return "Command[" + line + ", " + input.length + " bytes of input, within " + limit + "]";
  }
}
