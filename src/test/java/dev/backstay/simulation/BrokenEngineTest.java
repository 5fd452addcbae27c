package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.simulation.BrokenEngine.Sabotage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The twins of all trials: an engine with one thing wrong in it is carried out on the same drawn
 * fleets, and the laws see it.
 */
@Timeout(1200)
final class BrokenEngineTest {
  private static final int TRIALS = 300;

  private final Path folder = Fixture.folder();

  @TempDir private Path classes;

  @AfterEach
  void clear() throws IOException {
    Fixture.empty(folder);
    Files.delete(folder);
  }

  private static Arguments engine(
      String that, String seen, String file, String right, String wrong) {
    return Arguments.of(that, seen, new Sabotage(file, right, wrong));
  }

  static List<Arguments> engines() {
    return List.of(
        engine(
            "confirms everybody of a wave that passed",
            "was confirmed with",
            "rollout/Course.java",
            "open.stream().filter(name -> state.gateway(name).passed()).toList(),",
            "open,"),
        engine(
            "confirms each gateway as soon as its own clients are back",
            "was confirmed before its wave had passed",
            "rollout/Rollout.java",
            "journal.append(new Event.Tried(name, trial, Trial.why(attempt)));",
            "if (trial == Trial.PASSED) { known(name).confirm(); }"
                + "journal.append(new Event.Tried(name, trial, Trial.why(attempt)));"),
        engine(
            "forgets that a lease ends",
            "is changed, and its lease is",
            "transaction/Prepare.java",
            "Duration lease = order.leaseLength();",
            "Duration lease = Duration.ofDays(300);"),
        engine(
            "takes no evidence for a pass",
            "inconclusive",
            "rollout/Trial.java",
            "Inconclusive inconclusive) -> INCONCLUSIVE;",
            "Inconclusive inconclusive) -> PASSED;"),
        engine(
            "takes who does not answer for well",
            "is reported unchanged, but was last APPLIED",
            "rollout/Trial.java",
            "case Attempt.Unknown unknown -> UNKNOWN;",
            "case Attempt.Unknown unknown -> AS_WANTED;"),
        engine(
            "lets every wave pass",
            "passed with",
            "rollout/Course.java",
            "if (failed.isEmpty()) {",
            "if (wave > 0) {"),
        engine(
            "lets a canary fail as any other",
            "wave 1 passed with",
            "rollout/Course.java",
            "wave == 1 ? Optional.of(\"\") : overLimit(state)",
            "overLimit(state)"),
        engine(
            "ignores maxFailed",
            "passed with",
            "rollout/Course.java",
            "if (all.exceededBy(failed, state.gateways().size())) {",
            "if (failed < 0) {"),
        engine(
            "starts both of a pair",
            "were changed together",
            "rollout/Waves.java",
            "limits.pairsApart() && pairs.contains(one.pair());",
            "limits.parallel() < 0;"),
        engine(
            "goes on with the second of a pair whatever became of the first",
            "of its pair may be away",
            "rollout/Course.java",
            "if (!state.gateway(name).hasBegun()) {",
            "if (name.isEmpty()) {"),
        engine(
            "believes what a dead controller saw",
            "passed with no verdict of",
            "rollout/GatewayState.java",
            "      asked = true;\n      trial = Optional.empty();",
            "      asked = trial.isEmpty();"),
        engine(
            "repeats what a dead controller had begun",
            "is reported unchanged, but was last APPLIED",
            "rollout/GatewayState.java",
            "      asked = true;\n      trial = Optional.empty();",
            "      attempt++;\n      trial = Optional.empty();"),
        engine(
            "reports what it ordered and not what it read back",
            "is reported",
            "transaction/Transaction.java",
            "      return readBack(leaseEnd);\n",
            "      return step == Step.CONFIRM ? Ending.CONFIRMED : Ending.REVERTED;\n"),
        engine(
            "calls it rolled back when nobody knows",
            "is reported, but nobody knows what became of",
            "rollout/Course.java",
            "if (state.any(Ending.UNKNOWN) || state.any(Ending.CONFIRMED)) {",
            "if (state.any(Ending.CONFIRMED)) {"),
        engine(
            "calls it done when the limits were used",
            "done is reported, but",
            "rollout/Course.java",
            "return failed.isEmpty()\n        ? new Next.End(Result.DONE",
            "return !failed.contains(\"\")\n        ? new Next.End(Result.DONE"),
        engine(
            "goes home when something failed",
            "ended without a result",
            "rollout/Course.java",
            "return halt.map(why -> windDown(state, why))",
            "return halt.<Next>map(Next.Leave::new)"));
  }

  /** Otherwise it would be noticed only where the slow tests run. */
  @Test
  void each_thing_that_is_made_wrong_is_still_there() {
    assertThat(engines())
        .allSatisfy(engine -> assertThat(((Sabotage) engine.get()[2]).text()).isNotEmpty());
  }

  @Tag("slow")
  @ParameterizedTest(name = "an engine that {0} is seen")
  @MethodSource("engines")
  void an_engine_with_one_thing_wrong_is_seen(String that, String seen, Sabotage sabotage)
      throws Exception {
    try (BrokenEngine engine = BrokenEngine.with(sabotage, classes)) {
      List<String> broken = engine.brokenLaws(TRIALS, folder);
      assertThat(broken).as("an engine that %s", that).anyMatch(law -> law.contains(seen));
      System.out.println("an engine that %s: %s".formatted(that, broken.getFirst()));
    }
  }

  @Tag("slow")
  @Test
  void the_engine_itself_breaks_no_law_in_the_same_trials() throws Exception {
    try (BrokenEngine engine = BrokenEngine.withNothingWrong()) {
      assertThat(engine.brokenLaws(TRIALS, folder)).isEmpty();
    }
  }
}
