package dev.backstay.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What {@code /proc} says of the lab's processes, in the pid namespace this process is in. */
final class Processes {
  private Processes() {}

  /** Start of a process in clock ticks since boot; empty if there is no such process. */
  static OptionalLong startTicks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // The name in parentheses may contain anything; fields are counted from behind it.
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
      boolean zombie = fields.getFirst().equals("Z");
      return zombie ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields.get(19)));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * The kernel process of a host. The processes of the guest carry the same command line, so it is
   * the one whose parent does not.
   */
  static Stream<ProcessHandle> kernel(LabFiles files, String host) {
    List<String> marks = marks(files, host);
    return all(files, host)
        .filter(process ->
            process.parent().map(Processes::commandLine).stream()
                .noneMatch(line -> line.containsAll(marks)));
  }

  /** The kernel of a host and the processes of its guest. */
  static Stream<ProcessHandle> all(LabFiles files, String host) {
    List<String> marks = marks(files, host);
    return ProcessHandle.allProcesses().filter(process -> commandLine(process).containsAll(marks));
  }

  private static List<String> marks(LabFiles files, String host) {
    return List.of("umid=" + host, "uml_dir=" + files.run().resolve("uml"));
  }

  /** Resident memory in bytes; 0 if the process is gone. */
  static long memory(ProcessHandle process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  static Duration uptime(ProcessHandle process) {
    return process
        .info()
        .startInstant()
        .map(start -> Duration.between(start, Instant.now()))
        .orElse(Duration.ZERO);
  }

  private static List<String> commandLine(ProcessHandle process) {
    try {
      return List.of(
          Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).split("\0", -1));
    } catch (IOException e) {
      return List.of();
    }
  }
}
