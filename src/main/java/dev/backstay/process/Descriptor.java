package dev.backstay.process;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * A file, a pipe or standard input that the parent process opened for this one, by its number: the
 * way to hand over a secret that neither the process list nor the environment shows.
 *
 * @param number 0 is standard input
 */
public record Descriptor(int number) {
  private static final int STANDARD_INPUT = 0;
  // Those the parent means have no use after they were read, those below belong to everybody.
  private static final int FIRST_OF_OUR_OWN = 3;

  // proc(5), and asm-generic/fcntl.h: flags in octal, of which the lowest two bits tell the mode.
  private static final String FLAGS = "flags:";
  private static final int O_ACCMODE = 3;
  private static final int O_RDONLY = 0;

  /**
   * Everything to its end; then it is closed.
   *
   * @param longest in bytes
   * @return the caller wipes it
   * @throws ProblemException {@code descriptor-unreadable}
   */
  public byte[] readAll(int longest) {
    Path path = path();
    requireNoTerminal(path);
    byte[] bytes = new byte[longest + 1];
    try (InputStream in = open(path)) {
      int size = in.readNBytes(bytes, 0, bytes.length);
      if (size > longest) {
        throw unreadable("it holds more than " + longest + " bytes");
      }
      close();
      return Arrays.copyOf(bytes, size);
    } catch (NoSuchFileException | NotLinkException closed) {
      throw unreadable("nothing is open there");
    } catch (IOException refused) {
      throw unreadable("it cannot be read from");
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Standard input may be a socket, which has no path that can be opened again. */
  private InputStream open(Path path) throws IOException {
    if (number == STANDARD_INPUT) {
      return System.in;
    }
    requireNotForWriting();
    requireNotOurOwn(path);
    return Files.newInputStream(path);
  }

  private Path path() {
    Path linux = Path.of("/proc/self/fd");
    return (Files.isDirectory(linux) ? linux : Path.of("/dev/fd"))
        .resolve(Integer.toString(number));
  }

  /** It would show what is typed. */
  private void requireNoTerminal(Path path) {
    try {
      Path target = path.toRealPath();
      if (target.startsWith("/dev/pts") || target.startsWith("/dev/tty")) {
        throw unreadable("it is a terminal, which would show what is typed");
      }
    } catch (IOException unknown) {
      // A pipe has no path. What is not open is told by reading.
    }
  }

  /** Whoever opens the end of a pipe that is written to would wait for himself for ever. */
  private void requireNotForWriting() {
    Path info = Path.of("/proc/self/fdinfo").resolve(Integer.toString(number));
    try (Stream<String> lines = Files.lines(info)) {
      boolean forWriting =
          lines
              .filter(line -> line.startsWith(FLAGS))
              .mapToInt(line -> Integer.parseInt(line.substring(FLAGS.length()).strip(), 8))
              .anyMatch(flags -> (flags & O_ACCMODE) != O_RDONLY);
      if (forWriting) {
        throw unreadable("it is open for writing, not for reading alone");
      }
    } catch (IOException unknown) {
      // Another system, or nothing is open there, which is told by reading.
    }
  }

  /**
   * Where the parent opened nothing, Java has its own files under the next free numbers: nobody's
   * passphrase shall be the first line of a library.
   */
  private void requireNotOurOwn(Path path) throws IOException {
    Path java = Path.of(System.getProperty("java.home")).toRealPath();
    Path target = Files.readSymbolicLink(path);
    if (target.startsWith(java) || target.toString().endsWith(".jar")) {
      throw unreadable("nothing is open there");
    }
  }

  private void close() {
    if (number >= FIRST_OF_OUR_OWN) {
      try {
        Libc.close(number);
      } catch (LinkageError | IllegalCallerException noNativeAccess) {
        // It was read to its end, and children do not inherit it.
      }
    }
  }

  private ProblemException unreadable(String why) {
    return new ProblemException(
        "descriptor-unreadable",
        "file descriptor " + number,
        why,
        "open a file or a pipe at this number for the command: backstay … %d< FILE"
            .formatted(number));
  }
}
