package dev.backstay.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Who gives a command, for journals and plans: the account, or the person behind {@code sudo}.
 * BACKSTAY_PERSON overrides it where an account is shared.
 *
 * @param host of this machine
 */
record Person(String name, String host) {
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  static Person of(Map<String, String> environment) {
    String account =
        environment.getOrDefault("SUDO_USER", System.getProperty("user.name", "unknown"));
    return new Person(environment.getOrDefault("BACKSTAY_PERSON", account), hostName());
  }

  private static String hostName() {
    try {
      return Files.readString(HOST_NAME).strip();
    } catch (IOException elsewhere) {
      return "localhost";
    }
  }

  @Override
  public String toString() {
    return name.contains("@") ? name : name + "@" + host;
  }
}
