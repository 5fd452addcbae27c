package dev.backstay.simulation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real programs of a gateway, in a world made of stubs: {@code src/test/sh/cases talk}. */
final class StubGateway implements AutoCloseable {
  private final Process process;
  private final Writer orders;
  private final BufferedReader answers;

  StubGateway(String shell) {
    try {
      process =
          new ProcessBuilder(
                  Path.of("src/test/sh/cases").toAbsolutePath().toString(), "talk", shell)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    orders = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * @param state of the lease, the epoch, the version installed and loaded, whether the timer ticks
   */
  record Said(int status, String output, String error, String state) {}

  Said tell(String order) {
    try {
      orders.write(order + "\n");
      orders.flush();
      int status = -1;
      List<String> output = new ArrayList<>();
      List<String> error = new ArrayList<>();
      String state = "";
      for (String line = answers.readLine(); !".".equals(line); line = answers.readLine()) {
        if (line == null) {
          throw new AssertionError("the stub gateway ended at: " + order);
        }
        String rest = line.substring(1);
        switch (line.charAt(0)) {
          case '=' -> status = Integer.parseInt(rest);
          case 'o' -> output.add(rest);
          case 'e' -> error.add(rest);
          case 's' -> state = rest;
          default -> throw new AssertionError("unexpected: " + line);
        }
      }
      return new Said(status, String.join("\n", output), String.join("\n", error), state);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      orders.close();
      process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
