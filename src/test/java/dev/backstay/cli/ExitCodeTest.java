package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.rollout.Result;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ExitCodeTest {
  /** Programs read these, so they stay as they are. */
  @Test
  void each_result_of_a_rollout_has_its_exit_status() {
    String statuses =
        Arrays.stream(Result.values())
            .map(result -> "%s %d".formatted(result, ExitCode.of(result).status()))
            .collect(Collectors.joining(", "));
    assertThat(statuses).isEqualTo("DONE 0, UNCHANGED 1, ROLLED_BACK 3, INCONCLUSIVE 5, PARTIAL 4");
  }
}
