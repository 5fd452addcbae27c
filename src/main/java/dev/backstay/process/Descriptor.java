package dev.backstay.process;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file, a pipe or standard input that the parent process opened for this one, by its number: the
 * way to hand over a secret that neither the process list nor the environment shows.
 *
 * <p>The descriptor itself is read. A second opening through {@code /proc} would ask for
 * permissions that the parent had and this process need not have, and would wait for ever at the
 * wrong end of a pipe.
 *
 * @param number 0 is standard input
 */
public record Descriptor(int number) {
  // Those the parent means have no use after they were read, those below belong to everybody.
  private static final int FIRST_OF_OUR_OWN = 3;

  /**
   * Everything from where it stands to its end; then it is closed.
   *
   * @param longest in bytes
   * @return the caller wipes it
   * @throws ProblemException {@code descriptor-unreadable}
   */
  public byte[] readAll(int longest) {
    byte[] bytes = new byte[longest + 1];
    try {
      requireNotOurOwn();
      if (Libc.isatty(number)) {
        throw unreadable("it is a terminal, which would show what is typed");
      }
      int size = read(bytes);
      if (size > longest) {
        throw unreadable("it holds more than " + longest + " bytes");
      }
      if (number >= FIRST_OF_OUR_OWN) {
        Libc.close(number);
      }
      return Arrays.copyOf(bytes, size);
    } catch (LinkageError | IllegalCallerException noNativeAccess) {
      throw unreadable("this Java may not call the C library");
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private int read(byte[] bytes) {
    int size = 0;
    int read = 1;
    while (read > 0 && size < bytes.length) {
      read = Libc.read(number, bytes, size);
      size += Math.max(0, read);
    }
    if (read < 0) {
      throw unreadable("it cannot be read from");
    }
    return size;
  }

  /**
   * Where the parent opened nothing, Java has its own files under the next free numbers: nobody's
   * passphrase shall be the first line of a library.
   */
  private void requireNotOurOwn() {
    try {
      Path java = Path.of(System.getProperty("java.home")).toRealPath();
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + number));
      if (target.startsWith(java) || target.toString().endsWith(".jar")) {
        throw unreadable("nothing is open there");
      }
    } catch (NoSuchFileException closed) {
      throw unreadable("nothing is open there");
    } catch (IOException unknown) {
      // Not told by this system; what cannot be read is.
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
