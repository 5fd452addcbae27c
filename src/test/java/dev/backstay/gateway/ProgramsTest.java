package dev.backstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
  private static final String OBSERVER_CASE =
      "case_the_observer_counts_real_packets_per_source_and_leaves_no_table";

  private final CaseRunner runner = new CaseRunner("cases");

  @TestFactory
  Stream<DynamicTest> casesOfTheProgramsHoldInDash() throws Exception {
    return runner.cases(List.of("dash"), name -> !killsAtEachWrite(name), 25);
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> casesOfTheProgramsHoldInBusybox() throws Exception {
    return runner.cases(List.of("busybox"), name -> !killsAtEachWrite(name), 25);
  }

  /** Once for every write of a whole change: minutes. */
  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> whoeverIsKilledAtWhicheverWriteIsTakenBack() throws Exception {
    return runner.cases(List.of("dash", "busybox"), ProgramsTest::killsAtEachWrite, 2);
  }

  private static boolean killsAtEachWrite(String name) {
    return name.contains("at_any_write");
  }

  @Test
  void everyLineOfTheObserverIsJson() throws Exception {
    String output = runner.output(OBSERVER_CASE, "dash");
    List<JsonNode> lines = new ArrayList<>();
    ObservationReader reader = new ObservationReader();
    List<Observation> seen = new ArrayList<>();
    for (String line : output.lines().filter(l -> l.startsWith("{")).toList()) {
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
}
