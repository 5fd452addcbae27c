package dev.backstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Runs the cases of a file of them, each in a shell of choice, as one would by hand. */
final class CaseRunner {
  private static final int SKIPPED = 77;

  private final Path cases;

  /**
   * @param name of the file in {@code src/test/sh}
   */
  CaseRunner(String name) {
    this.cases = Path.of("src/test/sh", name).toAbsolutePath();
  }

  /**
   * @param atLeast so many cases there are, or the file is not what it was
   */
  Stream<DynamicTest> cases(List<String> shells, Predicate<String> wanted, int atLeast)
      throws Exception {
    List<String> names = run("list").output().lines().filter(wanted).toList();
    assertThat(names).hasSizeGreaterThanOrEqualTo(atLeast);
    return shells.stream()
        .flatMap(shell ->
            names.stream()
                .map(name ->
                    DynamicTest.dynamicTest(
                        name.replaceFirst("^case_", "").replace('_', ' ') + ", with " + shell,
                        () -> output(name, shell))));
  }

  /** What a case says that holds; one that this machine cannot run is skipped. */
  String output(String name, String shell) throws IOException, InterruptedException {
    Result result = run(name, shell);
    assumeTrue(result.code() != SKIPPED, result.output());
    assertThat(result.code()).as(result.output()).isZero();
    return result.output();
  }

  private record Result(int code, String output) {}

  private Result run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(cases.toString()));
    command.addAll(List.of(words));
    Path output = Files.createTempFile("case", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      process.waitFor();
    }
    String text = Files.readString(output);
    Files.delete(output);
    return new Result(process.exitValue(), text);
  }
}
