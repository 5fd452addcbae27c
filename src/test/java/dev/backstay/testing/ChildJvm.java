package dev.backstay.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The words that start a Java of one's own, with the classes that are tested. */
public final class ChildJvm {
  private ChildJvm() {}

  public static List<String> command(Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }
}
