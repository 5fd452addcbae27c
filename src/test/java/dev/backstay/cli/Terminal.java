package dev.backstay.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Runs the command in a folder, as a person does, and keeps what they would see: also what a
 * library writes past the command.
 */
final class Terminal {
  private final Path folder;
  private final Surroundings surroundings;

  /**
   * @param status what the shell gets
   */
  record Seen(int status, String out, String err) {}

  Terminal(Path folder) {
    this(folder, Surroundings.ofThisProcess());
  }

  Terminal(Path folder, Surroundings surroundings) {
    this.folder = folder;
    this.surroundings = surroundings;
  }

  /** One at a time: a process has one standard output. */
  Seen run(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream ownOut = System.out;
    PrintStream ownErr = System.err;
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      // The encoding of the terminal that the tests run in is not theirs.
      int status =
          Main.commandLine(new WorkingDirectory(folder), surroundings)
              .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
              .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
              .execute(words);
      return new Seen(
          status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(ownOut);
      System.setErr(ownErr);
    }
  }
}
