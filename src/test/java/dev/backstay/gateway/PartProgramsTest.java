package dev.backstay.gateway;

import java.util.List;
import java.util.Set;
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
  private final CaseRunner runner = new CaseRunner("kinds");

  /** Minutes: many changes in a row, or one for every write. */
  private static final Set<String> SLOW =
      Set.of(
          "case_config_random_changes_equal_a_restart_from_the_new_file_and_go_back",
          "case_config_keeps_routes_as_wg_quick_makes_them");

  @TestFactory
  Stream<DynamicTest> casesOfThePartsHoldInDash() throws Exception {
    return runner.cases(List.of("dash"), name -> !slow(name), 4);
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> casesOfThePartsHoldInBusybox() throws Exception {
    return runner.cases(List.of("busybox"), name -> !slow(name), 4);
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> manyChangesAndKillsAtEachWriteLeadBack() throws Exception {
    return runner.cases(List.of("dash", "busybox"), PartProgramsTest::slow, 4);
  }

  private static boolean slow(String name) {
    return SLOW.contains(name) || name.contains("at_any_write");
  }
}
