package dev.backstay.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** This machine's ssh-agent, with a socket of its own. */
public final class RealAgent implements AutoCloseable {
  private final Path socket;
  private final Process process;

  private RealAgent(Path socket, Process process) {
    this.socket = socket;
    this.process = process;
  }

  /**
   * @param directory where the socket goes; a short path, for a socket's name holds 107 bytes
   */
  public static RealAgent start(Path directory) {
    try {
      Path socket = directory.resolve("agent");
      Process process =
          new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Awaitility.await("the agent listens")
          .pollInterval(Duration.ofMillis(10))
          .until(() -> Files.exists(socket));
      return new RealAgent(socket, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path socket() {
    return socket;
  }

  public void add(Path key) {
    Programs.run(List.of("env", "SSH_AUTH_SOCK=" + socket, "ssh-add", "-q", key.toString()));
  }

  /** Adds an encrypted key: ssh-add asks a program for the passphrase when it has no terminal. */
  public void add(Path key, String passphrase) {
    try {
      Path askpass = socket.resolveSibling("askpass");
      Files.writeString(askpass, "#!/bin/sh\necho '" + passphrase + "'\n");
      askpass.toFile().setExecutable(true);
      Programs.run(
          List.of(
              "env",
              "SSH_AUTH_SOCK=" + socket,
              "SSH_ASKPASS=" + askpass,
              "SSH_ASKPASS_REQUIRE=force",
              "ssh-add",
              "-q",
              key.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
