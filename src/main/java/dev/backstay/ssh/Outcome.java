package dev.backstay.ssh;

/**
 * How a remote command ended. {@link Lost} means that nobody knows: the command may have done
 * everything, nothing, or still be running. It is neither success nor failure.
 */
public sealed interface Outcome {
  /** The command ended by itself with a status (0 to 255). */
  record Exited(int status, String output, String error, boolean truncated) implements Outcome {
    public boolean ok() {
      return status == 0;
    }
  }

  /** A signal ended the command, such as {@code KILL}. */
  record Signalled(String signal, String output, String error) implements Outcome {}

  /** The connection broke or the time ran out before the command's end was seen. */
  record Lost(String why) implements Outcome {}
}
