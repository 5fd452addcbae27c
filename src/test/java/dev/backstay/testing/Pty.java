package dev.backstay.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A program on a terminal of its own, with a person who answers what it asks: util-linux's {@code
 * script} makes the terminal. Nothing is typed before it is asked for, so nothing depends on time.
 */
public final class Pty implements AutoCloseable {
  private final Process process;
  private final InputStream screen;
  private final OutputStream keyboard;
  private final StringBuilder shown = new StringBuilder();
  private int answered;

  private Pty(Process process) {
    this.process = process;
    this.screen = process.getInputStream();
    this.keyboard = process.getOutputStream();
  }

  public static Pty start(Path folder, Map<String, String> environment, List<String> command) {
    String quoted =
        command.stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    ProcessBuilder builder =
        new ProcessBuilder("script", "-qefc", quoted, "/dev/null")
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      return new Pty(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Pty start(Path folder, String... command) {
    return start(folder, Map.of(), List.of(command));
  }

  /** Waits for the question, which must come after those answered before, then types. */
  public Pty answer(String question, String words) {
    try {
      while (shown.indexOf(question, answered) < 0) {
        int next = screen.read();
        if (next < 0) {
          throw new AssertionError("never asked \"" + question + "\", but showed: " + shown);
        }
        shown.append((char) next);
      }
      answered = shown.indexOf(question, answered) + question.length();
      keyboard.write((words + "\n").getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that was on the screen, once the program has ended well. */
  public String end() {
    return endWith(0);
  }

  public String endWith(int status) {
    try {
      shown.append(new String(screen.readAllBytes(), StandardCharsets.UTF_8));
      assertThat(process.waitFor()).as(shown.toString()).isEqualTo(status);
      return shown.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
