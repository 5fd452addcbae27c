package dev.backstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The programs that run on gateways, each case once with dash and once with busybox: its shell and
 * its small tools. The cases are in {@code src/test/sh/cases}, so that one can be run by hand.
 */
class ProgramsTest {
  private static final Path CASES = Path.of("src/test/sh/cases").toAbsolutePath();
  private static final int SKIPPED = 77;
  private static final String OBSERVER_CASE =
      "case_the_observer_counts_real_packets_per_source_and_leaves_no_table";

  @TestFactory
  Stream<DynamicTest> casesOfTheProgramsHoldInDash() throws Exception {
    return cases(List.of("dash"), name -> !killsAtEachWrite(name), 25);
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> casesOfTheProgramsHoldInBusybox() throws Exception {
    return cases(List.of("busybox"), name -> !killsAtEachWrite(name), 25);
  }

  /** Once for every write of a whole change: minutes. */
  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> whoeverIsKilledAtWhicheverWriteIsTakenBack() throws Exception {
    return cases(List.of("dash", "busybox"), ProgramsTest::killsAtEachWrite, 2);
  }

  private static boolean killsAtEachWrite(String name) {
    return name.contains("at_any_write");
  }

  private static Stream<DynamicTest> cases(
      List<String> shells, Predicate<String> wanted, int atLeast) throws Exception {
    List<String> names =
        run(List.of(CASES.toString(), "list")).output().lines().filter(wanted).toList();
    assertThat(names).hasSizeGreaterThanOrEqualTo(atLeast);
    return shells.stream().flatMap(shell -> names.stream().map(name -> dynamicCase(name, shell)));
  }

  @Test
  void everyLineOfTheObserverIsJson() throws Exception {
    Result result = run(List.of(CASES.toString(), OBSERVER_CASE, "dash"));
    assumeTrue(result.code() != SKIPPED, result.output());
    List<JsonNode> lines = new ArrayList<>();
    ObservationReader reader = new ObservationReader();
    List<Observation> seen = new ArrayList<>();
    for (String line : result.output().lines().filter(l -> l.startsWith("{")).toList()) {
      lines.add(JsonMapper.shared().readTree(line));
      reader.read(line).ifPresent(seen::add);
    }
    assertThat(seen).hasSameSizeAs(lines).hasSizeGreaterThan(2);
    JsonNode last = lines.getLast();
    assertThat(last.path("v").asInt()).isEqualTo(2);
    assertThat(last.path("counters").path("init_rx").asInt()).isEqualTo(3);
    Observation told = seen.getLast();
    assertThat(told.counted()).isTrue();
    assertThat(told.sources().initiationsReceived()).hasSize(3);
    assertThat(sample(told, "absent").present()).isFalse();
    assertThat(sample(told, "wg0").present()).isTrue();
  }

  private static Observation.InterfaceSample sample(Observation seen, String name) {
    return Objects.requireNonNull(seen.interfaces().get(name), name);
  }

  private static DynamicTest dynamicCase(String name, String shell) {
    String sentence = name.replaceFirst("^case_", "").replace('_', ' ') + ", with " + shell;
    return DynamicTest.dynamicTest(
        sentence,
        () -> {
          Result result = run(List.of(CASES.toString(), name, shell));
          assumeTrue(result.code() != SKIPPED, result.output());
          assertThat(result.code()).as(result.output()).isZero();
        });
  }

  private record Result(int code, String output) {}

  private static Result run(List<String> command) throws IOException, InterruptedException {
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
