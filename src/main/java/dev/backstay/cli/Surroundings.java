package dev.backstay.cli;

import java.util.Map;

/**
 * What the command finds around it besides its words and its folder.
 *
 * @param environment read where a name beginning with {@code BACKSTAY_} is documented, and for
 *     programs that are started
 * @param terminal where a person may sit
 */
record Surroundings(Map<String, String> environment, SecretTerminal terminal) {
  Surroundings {
    environment = Map.copyOf(environment);
  }

  static Surroundings ofThisProcess() {
    return new Surroundings(System.getenv(), new ConsoleTerminal());
  }
}
