package dev.backstay.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a lab could leave behind in the world outside.
 *
 * @param processes command lines that name the run directory
 * @param links names of network devices
 * @param namespaces named network namespaces
 * @param mounts mount points of this process
 */
record Outside(
    Set<String> processes, Set<String> links, Set<String> namespaces, Set<String> mounts) {
  static Outside look(Path run) {
    return new Outside(processesNaming(run), linkNames(), namedNamespaces(), mountPoints());
  }

  private static Set<String> processesNaming(Path run) {
    return ProcessHandle.allProcesses()
        .map(process -> process.pid() + " " + read(Path.of("/proc/" + process.pid() + "/cmdline")))
        .filter(line -> line.contains(run.toString()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> linkNames() {
    return output(List.of("ip", "-o", "link"))
        .lines()
        .map(line -> line.split(":", -1)[1].strip())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> namedNamespaces() {
    return output(List.of("ip", "netns")).lines().collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> mountPoints() {
    return read(Path.of("/proc/mounts"))
        .lines()
        .map(line -> line.split(" ", -1)[1])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String read(Path path) {
    try {
      return Files.readString(path).replace('\0', ' ');
    } catch (IOException e) {
      return ""; // a process that has just ended
    }
  }

  private static String output(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
