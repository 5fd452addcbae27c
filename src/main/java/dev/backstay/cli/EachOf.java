package dev.backstay.cli;

import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Does the same with several; what goes wrong with one stops none of the others. */
final class EachOf {
  private EachOf() {}

  /**
   * @throws ProblemException at the end, with everything that went wrong
   */
  static <T> void run(List<T> items, Consumer<T> work) {
    List<Problem> problems = new ArrayList<>();
    for (T item : items) {
      try {
        work.accept(item);
      } catch (ProblemException | GatewayLostException | GatewayRefusedException failed) {
        Complaint.of(failed).ifPresent(complaint -> problems.addAll(complaint.problems()));
      }
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
  }
}
