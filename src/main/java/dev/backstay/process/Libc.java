package dev.backstay.process;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The few functions of the C library that are needed. Each tells whether it did its work. */
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final FunctionDescriptor OF_INT =
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
  private static final FunctionDescriptor OF_INT_AND_POINTER =
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
  private static final FunctionDescriptor OF_INT_AND_LONGS =
      FunctionDescriptor.of(
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);
  private static final FunctionDescriptor OF_READ =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
  // struct rlimit, soft then hard: two unsigned longs.
  private static final long HARD = ValueLayout.JAVA_LONG.byteSize();

  private Libc() {}

  /** What setrlimit(2) calls soft and hard. */
  record Limit(long soft, long hard) {
    /** RLIM_INFINITY. */
    static final long NONE = -1;
  }

  static boolean mlockall(int flags) {
    try {
      return (int) function("mlockall", OF_INT).invokeExact(flags) == 0;
    } catch (Throwable impossible) {
      throw new LinkageError("mlockall", impossible);
    }
  }

  static boolean prctl(int option, long argument) {
    try {
      // Declared with dots in C: on 64 bits each further argument is read as a long.
      return (int)
              LINKER
                  .downcallHandle(
                      address("prctl"), OF_INT_AND_LONGS, Linker.Option.firstVariadicArg(1))
                  .invokeExact(option, argument, 0L, 0L, 0L)
          == 0;
    } catch (Throwable impossible) {
      throw new LinkageError("prctl", impossible);
    }
  }

  static Optional<Limit> getrlimit(int resource) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(2 * HARD, HARD);
      boolean done =
          (int) function("getrlimit", OF_INT_AND_POINTER).invokeExact(resource, limit) == 0;
      return done
          ? Optional.of(
              new Limit(
                  limit.get(ValueLayout.JAVA_LONG, 0), limit.get(ValueLayout.JAVA_LONG, HARD)))
          : Optional.empty();
    } catch (Throwable impossible) {
      throw new LinkageError("getrlimit", impossible);
    }
  }

  static boolean setrlimit(int resource, Limit wanted) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(2 * HARD, HARD);
      limit.set(ValueLayout.JAVA_LONG, 0, wanted.soft());
      limit.set(ValueLayout.JAVA_LONG, HARD, wanted.hard());
      return (int) function("setrlimit", OF_INT_AND_POINTER).invokeExact(resource, limit) == 0;
    } catch (Throwable impossible) {
      throw new LinkageError("setrlimit", impossible);
    }
  }

  static boolean isatty(int descriptor) {
    try {
      return (int) function("isatty", OF_INT).invokeExact(descriptor) == 1;
    } catch (Throwable impossible) {
      throw new LinkageError("isatty", impossible);
    }
  }

  /**
   * Waits for what comes. The copy on the way is wiped.
   *
   * @return how many bytes were read; 0 at the end, negative if it cannot be read from
   */
  static int read(int descriptor, byte[] into, int offset) {
    int length = into.length - offset;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.max(1, length));
      long read = (long) function("read", OF_READ).invokeExact(descriptor, buffer, (long) length);
      if (read > 0) {
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset, (int) read);
        buffer.fill((byte) 0);
      }
      return (int) read;
    } catch (Throwable impossible) {
      throw new LinkageError("read", impossible);
    }
  }

  static boolean close(int descriptor) {
    try {
      return (int) function("close", OF_INT).invokeExact(descriptor) == 0;
    } catch (Throwable impossible) {
      throw new LinkageError("close", impossible);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(address(name), type);
  }

  private static MemorySegment address(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new LinkageError("the C library has no " + name));
  }
}
