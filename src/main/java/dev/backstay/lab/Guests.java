package dev.backstay.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs commands in the guests, over SSH from within the lab.
 *
 * @param door makes a command run in the lab
 * @param config the {@code ssh_config} written by {@code up}
 */
record Guests(Door door, Path config) {
  /** What {@code ssh} itself returns when there was no connection, or it broke. */
  static final int NO_CONNECTION = 255;

  /**
   * Covers the key exchange too, which takes seconds on a busy machine. A host that is not there is
   * reported by the network sooner than this.
   */
  private static final String CONNECT_LIMIT = "ConnectTimeout=20";

  /** How a process in the lab is made. */
  @FunctionalInterface
  interface Door {
    ProcessBuilder command(List<String> command);
  }

  /** The command line of a session for a person: options the caller gives come first. */
  List<String> session(String host, List<String> command) {
    List<String> line = new ArrayList<>(List.of("ssh", "-F", config.toString(), host));
    line.addAll(command);
    return line;
  }

  /**
   * Runs a command and hands over its output as it comes.
   *
   * @return its exit status, or {@link #NO_CONNECTION}
   */
  int run(String host, String command, Consumer<String> line) {
    List<String> words =
        List.of(
            "ssh",
            "-F",
            config.toString(),
            "-o",
            CONNECT_LIMIT,
            "-o",
            "ServerAliveInterval=5",
            "-o",
            "ServerAliveCountMax=3",
            host,
            command);
    try {
      Process process =
          door.command(words)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
        output.lines().forEach(line);
      }
      return process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return NO_CONNECTION;
    }
  }
}
