package dev.backstay.snapshot;

import dev.backstay.ssh.Outcome;
import dev.backstay.ssh.Shell;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A command on the remote's host, in the shape in which JGit wants it. */
final class RemoteProcess extends Process {
  /** Between the end of the output and the news of the command's end. */
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  /** The shell's convention for "ended by no status of its own". */
  private static final int NO_STATUS = 255;

  private final Shell.Conversation conversation;

  RemoteProcess(Shell.Conversation conversation) {
    this.conversation = conversation;
  }

  @Override
  public OutputStream getOutputStream() {
    return conversation.input();
  }

  @Override
  public InputStream getInputStream() {
    return conversation.output();
  }

  /** Comes in one piece when the command has ended. */
  @Override
  public InputStream getErrorStream() {
    return new InputStream() {
      private @Nullable InputStream text;

      @Override
      public int read() throws IOException {
        InputStream known = text;
        if (known == null) {
          known = new ByteArrayInputStream(error().getBytes(StandardCharsets.UTF_8));
          text = known;
        }
        return known.read();
      }
    };
  }

  private String error() {
    return switch (conversation.await(END_LIMIT)) {
      case Outcome.Exited exited -> exited.error();
      case Outcome.Signalled signalled -> signalled.error();
      case Outcome.Lost lost -> "";
    };
  }

  @Override
  public int waitFor() {
    return status(conversation.await(END_LIMIT));
  }

  @Override
  public int exitValue() {
    if (!conversation.ended()) {
      throw new IllegalThreadStateException("the command runs");
    }
    return status(conversation.await(Duration.ZERO));
  }

  private static int status(Outcome outcome) {
    return outcome instanceof Outcome.Exited exited ? exited.status() : NO_STATUS;
  }

  @Override
  public void destroy() {
    conversation.close();
  }
}
