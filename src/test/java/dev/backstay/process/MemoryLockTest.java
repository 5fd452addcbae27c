package dev.backstay.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.backstay.testing.ChildJvm;
import dev.backstay.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each in a Java of its own: what is locked stays so, and core dumps stay off. */
final class MemoryLockTest {
  private static final long SOME_MIB = 64;

  @Test
  void memory_is_locked_where_the_limit_does_not_count_and_no_more_is_resident_than_before()
      throws Exception {
    assumeTrue(mayLock(), "this account may not lock memory");
    Map<String, String> plain = seen(List.of(), "leave");
    Map<String, String> locked = seen(List.of(), "take");
    assertThat(plain).containsEntry("VmLck", "0 kB");
    assertThat(locked).containsEntry("result", "Locked");
    assertThat(kib(locked, "VmLck")).isGreaterThan(kib(locked, "VmRSS") / 2);
    System.out.println("resident: " + plain.get("VmRSS") + ", locked: " + locked.get("VmRSS"));
    // Java reserves gigabytes; were they made resident, it would show here.
    assertThat(kib(locked, "VmRSS")).isLessThan(kib(plain, "VmRSS") + (SOME_MIB << 10));
  }

  @Test
  void where_the_limit_counts_nothing_is_locked_and_what_is_allocated_later_does_not_fail()
      throws Exception {
    assumeTrue(mayLock(), "this account may not take a capability away");
    // More than Java reserves now, if this account may have that: then only what comes later fails.
    List<String> limited = limited("17179869184:17179869184");
    if (!does(limited)) {
      limited = limited("8388608:8388608");
    }
    Map<String, String> seen = seen(limited, "take");
    assertThat(seen)
        .containsEntry("result", "NotAllowed")
        .containsEntry("VmLck", "0 kB")
        .containsEntry("allocated", "yes");
  }

  @Test
  void where_the_limit_can_be_lifted_it_is() throws Exception {
    List<String> liftable = limited("8388608:unlimited");
    assumeTrue(mayLock() && does(liftable), "this account may not give itself a higher limit");
    assertThat(seen(liftable, "take")).containsEntry("result", "Locked");
  }

  @Test
  void no_core_is_dumped_and_no_debugger_of_the_same_user_may_look() throws Exception {
    Map<String, String> limits = seen(List.of("prlimit", "--core=1000000:1000000"), "take");
    assertThat(limits.get("core")).isEqualTo("0 0");
    // The kernel gives the files of a process that is not dumpable to root alone; as root it shows
    // in prctl only.
    assertThat(limits).containsEntry("dumpable", "no");
    assertThat(seen(List.of("prlimit", "--core=1000000:1000000"), "leave"))
        .containsEntry("core", "1000000 1000000")
        .containsEntry("dumpable", "yes");
  }

  @Test
  void twice_is_as_good_as_once() throws Exception {
    assertThat(seen(List.of(), "twice").get("result"))
        .isEqualTo(seen(List.of(), "take").get("result"));
  }

  private static List<String> limited(String limit) {
    return List.of("setpriv", "--bounding-set=-ipc_lock", "prlimit", "--memlock=" + limit);
  }

  private static boolean mayLock() throws IOException {
    String capabilities =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("CapEff:"))
            .findFirst()
            .orElse("CapEff: 0")
            .replaceFirst("CapEff:\\s*", "");
    return (Long.parseUnsignedLong(capabilities, 16) >> Linux.CAP_IPC_LOCK & 1) == 1;
  }

  private static boolean does(List<String> before) throws Exception {
    List<String> command = new ArrayList<>(before);
    command.add("true");
    return new ProcessBuilder(command).start().waitFor() == 0;
  }

  private static long kib(Map<String, String> seen, String name) {
    return Long.parseLong(seen.getOrDefault(name, "").replace(" kB", ""));
  }

  private static Map<String, String> seen(List<String> before, String what) {
    List<String> command = new ArrayList<>(before);
    command.addAll(ChildJvm.command(Child.class, what));
    return Programs.run(command)
        .lines()
        .filter(line -> line.contains("="))
        .map(line -> line.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  /** Tells of itself. */
  static final class Child {
    private static final Pattern STATUS = Pattern.compile("(VmLck|VmRSS):\\s*(.*)");
    private static final int PR_GET_DUMPABLE = 3;

    private Child() {}

    public static void main(String[] arguments) throws IOException {
      if (!arguments[0].equals("leave")) {
        MemoryLock reached = MemoryLock.take();
        if (arguments[0].equals("twice")) {
          reached = MemoryLock.take();
        }
        System.out.println("result=" + reached.getClass().getSimpleName());
      }
      // 32 MiB that are used, as scrypt's table is.
      List<byte[]> used = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        byte[] block = new byte[1 << 20];
        Arrays.fill(block, (byte) i);
        used.add(block);
      }
      System.out.println("allocated=" + (used.size() == 32 ? "yes" : "no"));
      // The call returns the flag: 0 counts as done.
      System.out.println("dumpable=" + (Libc.prctl(PR_GET_DUMPABLE, 0) ? "no" : "yes"));
      Libc.getrlimit(Linux.RLIMIT_CORE)
          .ifPresent(limit -> System.out.println("core=" + limit.soft() + " " + limit.hard()));
      try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
        lines
            .map(STATUS::matcher)
            .filter(line -> line.matches())
            .forEach(line -> System.out.println(line.group(1) + "=" + line.group(2)));
      }
    }
  }
}
