package dev.backstay.lab;

import dev.backstay.problem.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Runs {@code src/main/lab/build}, which prints the artifact directory as its last line. */
record Build(LabFiles files, Progress progress) {
  Artifacts run(Kernel kernel) {
    String last = "";
    int status;
    try {
      Process process =
          new ProcessBuilder(
                  "sh",
                  files.program("build").toString(),
                  "--kernel",
                  kernel.word(),
                  "--cache",
                  files.cache().toString())
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          progress.line(line);
          last = line;
        }
      }
      status = process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException("interrupted", "lab", "interrupted while the lab was built", "");
    }
    if (status != 0) {
      throw failed("the build ended with status %d: %s".formatted(status, last));
    }
    Path directory = Path.of(last);
    if (!Artifacts.isComplete(directory)) {
      throw failed("the build ended well, but there is no kernel in " + directory);
    }
    return new Artifacts(directory);
  }

  private static ProblemException failed(String what) {
    return new ProblemException("lab-build-failed", "lab", what, "");
  }
}
