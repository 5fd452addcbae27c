package dev.backstay.notify;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program with the message on its standard input. Exit status 0 means delivered; what it
 * prints is nobody's business.
 */
final class RunCommand implements Delivery {
  private final Target.Channel.Command command;

  RunCommand(Target.Channel.Command command) {
    this.command = command;
  }

  @Override
  public Outcome deliver(String id, String event, byte[] body, Duration limit)
      throws InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command.words())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException absent) {
      return new Outcome.Refused("it cannot be started");
    }
    try {
      // A message is smaller than a pipe, so that who does not read it holds nobody up.
      try (OutputStream in = process.getOutputStream()) {
        in.write(body);
      } catch (IOException unread) {
        // Its exit status says what it thinks of that.
      }
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Outcome.NotNow("no end within %d s".formatted(limit.toSeconds()));
      }
      int status = process.exitValue();
      return status == 0
          ? new Outcome.Delivered()
          : new Outcome.NotNow("it ended with exit status " + status);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
