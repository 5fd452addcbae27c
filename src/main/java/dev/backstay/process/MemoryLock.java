package dev.backstay.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether the pages of this process stay in memory. What they hold of secrets can then not be found
 * on a disk that swapped: neither copies that Java's collector made nor what was wiped too late.
 */
public sealed interface MemoryLock {
  /** No page is written to swap, those of later allocations included. */
  record Locked() implements MemoryLock {}

  /**
   * The kernel would let us lock so little that later allocations would fail; nothing was locked.
   *
   * @param why one sentence
   */
  record NotAllowed(String why) implements MemoryLock {}

  /**
   * This is no Linux, or a Java that may not call C.
   *
   * @param why one sentence
   */
  record Unsupported(String why) implements MemoryLock {}

  /**
   * Locks the memory, if that cannot do harm, and in any case switches core dumps off: for this
   * process and its children by a limit, and for a debugger of the same user as well. Takes some
   * milliseconds. Doing it again changes nothing.
   */
  static MemoryLock take() {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux")) {
      return new Unsupported("only Linux is asked to lock memory");
    }
    try {
      Libc.setrlimit(Linux.RLIMIT_CORE, new Libc.Limit(0, 0));
      Libc.prctl(Linux.PR_SET_DUMPABLE, 0);
      if (!mayLockEverything()) {
        return new NotAllowed("the limit of locked memory (ulimit -l) is not unlimited");
      }
      return Libc.mlockall(Linux.MCL_CURRENT | Linux.MCL_FUTURE | Linux.MCL_ONFAULT)
          ? new Locked()
          : new NotAllowed("the kernel refused to lock this process's memory");
    } catch (LinkageError | IllegalCallerException noNativeAccess) {
      return new Unsupported("this Java may not call the C library");
    }
  }

  /** A limit is in the way unless it is none, can be lifted, or does not count for this process. */
  private static boolean mayLockEverything() {
    Optional<Libc.Limit> limit = Libc.getrlimit(Linux.RLIMIT_MEMLOCK);
    if (limit.isPresent() && limit.get().hard() == Libc.Limit.NONE) {
      return Libc.setrlimit(Linux.RLIMIT_MEMLOCK, new Libc.Limit(Libc.Limit.NONE, Libc.Limit.NONE));
    }
    return (effectiveCapabilities() >> Linux.CAP_IPC_LOCK & 1) == 1;
  }

  private static long effectiveCapabilities() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("CapEff:"))
          .map(line -> line.substring("CapEff:".length()).strip())
          .mapToLong(hex -> Long.parseUnsignedLong(hex, 16))
          .findFirst()
          .orElse(0);
    } catch (IOException | NumberFormatException unknown) {
      return 0;
    }
  }
}
