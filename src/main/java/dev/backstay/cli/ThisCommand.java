package dev.backstay.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this process was started, to start another one like it. */
final class ThisCommand {
  private ThisCommand() {}

  /** Where the checkout or installation is. */
  static Path home() {
    return Path.of(System.getProperty("backstay.home", "")).toAbsolutePath();
  }

  /** The words before {@code backstay}'s own arguments. */
  static List<String> words() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    words.add("-cp");
    words.add(System.getProperty("java.class.path"));
    words.add(Main.class.getName());
    return words;
  }
}
