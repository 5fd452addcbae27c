package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jgit.lib.PersonIdent;

/** Who runs the controller, as Git would name them. */
record Author(String name, String email) {
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  /** Of this process. */
  static Author current() {
    String user = Objects.requireNonNullElse(System.getProperty("user.name"), "unknown");
    return from(System.getenv(), user, hostName());
  }

  /**
   * Git's own variables win; else the person behind {@code sudo}, else the account.
   *
   * @param host of this machine
   */
  static Author from(Map<String, String> environment, String account, String host) {
    String user = environment.getOrDefault("SUDO_USER", account);
    return new Author(
        environment.getOrDefault("GIT_AUTHOR_NAME", user),
        environment.getOrDefault("GIT_AUTHOR_EMAIL", user + "@" + host));
  }

  private static String hostName() {
    try {
      return Files.readString(HOST_NAME).strip();
    } catch (IOException elsewhere) {
      return Optional.ofNullable(System.getenv("HOSTNAME")).orElse("localhost");
    }
  }

  PersonIdent at(Instant time) {
    return new PersonIdent(name, email, time, ZoneOffset.UTC);
  }
}
