package dev.backstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The part programs of a change by themselves, with the real {@code wg} of a program in user space,
 * in network namespaces of their own. The cases are in {@code src/test/sh/kinds}, so that one can
 * be run by hand.
 */
class PartProgramsTest {
  private static final Path CASES = Path.of("src/test/sh/kinds").toAbsolutePath();
  private static final int SKIPPED = 77;

  /** Minutes: many changes in a row, or one for every write. */
  private static final Set<String> SLOW =
      Set.of(
          "case_config_random_changes_equal_a_restart_from_the_new_file_and_go_back",
          "case_config_keeps_routes_as_wg_quick_makes_them");

  @TestFactory
  Stream<DynamicTest> casesOfThePartsHoldInDash() throws Exception {
    return cases(List.of("dash"), name -> !slow(name));
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> casesOfThePartsHoldInBusybox() throws Exception {
    return cases(List.of("busybox"), name -> !slow(name));
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> manyChangesAndKillsAtEachWriteLeadBack() throws Exception {
    return cases(List.of("dash", "busybox"), PartProgramsTest::slow);
  }

  private static boolean slow(String name) {
    return SLOW.contains(name) || name.contains("at_any_write");
  }

  private static Stream<DynamicTest> cases(List<String> shells, Predicate<String> wanted)
      throws Exception {
    List<String> names =
        run(List.of(CASES.toString(), "list")).output().lines().filter(wanted).toList();
    assertThat(names).hasSizeGreaterThanOrEqualTo(4);
    return shells.stream()
        .flatMap(shell ->
            names.stream()
                .map(name ->
                    DynamicTest.dynamicTest(
                        name.replaceFirst("^case_", "").replace('_', ' ') + ", with " + shell,
                        () -> {
                          Result result = run(List.of(CASES.toString(), name, shell));
                          assumeTrue(result.code() != SKIPPED, result.output());
                          assertThat(result.code()).as(result.output()).isZero();
                        })));
  }

  private record Result(int code, String output) {}

  private static Result run(List<String> command) throws Exception {
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
