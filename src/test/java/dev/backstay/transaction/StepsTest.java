package dev.backstay.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.gateway.GatewayLostException;
import dev.backstay.health.Tally;
import dev.backstay.health.Verdict;
import dev.backstay.snapshot.KeptEvidence;
import dev.backstay.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StepsTest {
  private final Lines log = new Lines();
  private final Steps steps = new Steps("gw1", log, Brake.NONE, Time.real());

  @Test
  void an_intent_is_told_before_the_step_acts() {
    String seen = steps.run(Step.STAGE, () -> Steps.Done.of(String.join(";", log.lines), "done"));
    assertThat(seen).isEqualTo("gw1 stage began");
  }

  @Test
  void a_step_that_need_not_be_made_is_not_made_once_the_brake_is_pulled() {
    Steps braked = new Steps("gw1", log, () -> Optional.of("aborted by anna"), Time.real());
    assertThatThrownBy(() -> braked.runUnlessStopped(Step.STAGE, () -> Steps.Done.of(1, "done")))
        .isInstanceOf(StepFailure.class);
    assertThat(log.lines).containsExactly("gw1 stage FAILED aborted by anna");
  }

  @Test
  void a_lost_connection_is_unknown_and_not_failed() {
    assertThatThrownBy(() ->
            steps.run(
                Step.APPLY,
                () -> {
                  throw new GatewayLostException("gw1", "the connection broke");
                }))
        .isInstanceOf(StepFailure.class);
    assertThat(log.lines).last().asString().startsWith("gw1 apply UNKNOWN");
  }

  @Test
  void a_fault_of_the_program_itself_is_unknown_and_written_down() {
    assertThatThrownBy(() ->
            steps.run(
                Step.REVERT,
                () -> {
                  throw new IllegalArgumentException("not a plain word");
                }))
        .isInstanceOf(StepFailure.class);
    assertThat(log.lines)
        .last()
        .asString()
        .startsWith("gw1 revert UNKNOWN a fault in Backstay itself")
        .contains("not a plain word");
  }

  private static final class Lines implements StepLog {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void began(String gateway, Step step) {
      lines.add("%s %s began".formatted(gateway, step.word()));
    }

    @Override
    public void ended(
        String gateway, Step step, Result result, String detail, Map<String, String> facts) {
      lines.add("%s %s %s %s".formatted(gateway, step.word(), result, detail));
    }

    @Override
    public void remembered(String gateway, Before before) {}

    @Override
    public void probed(String gateway, String says, Resumption decision) {}

    @Override
    public void watched(String gateway, Tally tally, Duration leaseLeft) {}

    @Override
    public void evidenceKept(
        String gateway, String take, KeptEvidence.Commit kept, List<String> cut) {}

    @Override
    public void evidenceNotKept(String gateway, String take, String why) {}

    @Override
    public void judged(String gateway, Verdict verdict, Tally tally) {}
  }
}
