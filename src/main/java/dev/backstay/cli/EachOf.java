package dev.backstay.cli;

import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.time.Time;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Does the same with several; what goes wrong with one stops none of the others. */
final class EachOf {
  private EachOf() {}

  /**
   * One after the other.
   *
   * @throws ProblemException at the end, with everything that went wrong
   */
  static <T> void run(List<T> items, Consumer<T> work) {
    List<Problem> problems = new ArrayList<>();
    for (T item : items) {
      problems.addAll(
          attempt(
                  () -> {
                    work.accept(item);
                    return item;
                  })
              .problems());
    }
    throwIfAny(problems);
  }

  /**
   * Asks all side by side, and tells what each said, in their order. How many are dialled at the
   * same time is the transport's to say.
   *
   * @param tell called on the caller's thread, once all have answered or failed
   * @throws ProblemException at the end, with everything that went wrong
   */
  static <T, R> void atOnce(List<T> items, Function<T, R> ask, BiConsumer<T, R> tell) {
    List<Attempt<R>> attempts =
        Time.real().inParallel(items, Integer.MAX_VALUE, item -> attempt(() -> ask.apply(item)));
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      T item = items.get(i);
      attempts.get(i).result().ifPresent(result -> tell.accept(item, result));
      problems.addAll(attempts.get(i).problems());
    }
    throwIfAny(problems);
  }

  private record Attempt<R>(Optional<R> result, List<Problem> problems) {}

  private static <R> Attempt<R> attempt(Supplier<R> work) {
    try {
      return new Attempt<>(Optional.of(work.get()), List.of());
    } catch (ProblemException
        | GatewayLostException
        | GatewayRefusedException
        | UncheckedIOException failed) {
      return new Attempt<>(
          Optional.empty(), Complaint.of(failed).map(Complaint::problems).orElse(List.of()));
    }
  }

  private static void throwIfAny(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
  }
}
