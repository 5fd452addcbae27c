package dev.backstay.transaction;

import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.problem.ProblemException;
import dev.backstay.time.Deadline;
import dev.backstay.time.Time;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one step: its intent is on disk before it acts, its outcome after. */
final class Steps {
  private static final Logger LOG = LoggerFactory.getLogger(Steps.class);

  /**
   * Begun with no more after this, from the first loss on. As long as an access that changes its
   * provider is away; who is away for longer has failed, and its wave need not wait.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

  /** OpenSSH punishes who comes back sooner after a dial that failed (PerSourcePenalties, min). */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  private final String gateway;
  private final StepLog log;
  private final Brake brake;
  private final Time time;

  Steps(String gateway, StepLog log, Brake brake, Time time) {
    this.gateway = gateway;
    this.log = log;
    this.brake = brake;
    this.time = time;
  }

  /** What a step has done, for the log. */
  record Done<T>(T value, String detail, Map<String, String> facts) {
    static <T> Done<T> of(T value, String detail) {
      return new Done<>(value, detail, Map.of());
    }
  }

  /** The work of a step. */
  @FunctionalInterface
  interface Work<T> {
    Done<T> work() throws InterruptedException;
  }

  /**
   * The same for a step before the change, which need not be made.
   *
   * @throws StepFailure also when the brake is pulled
   */
  <T> T runUnlessStopped(Step step, Work<T> work) {
    Optional<String> stop = brake.pulled();
    if (stop.isPresent()) {
      throw failure(step, StepLog.Result.FAILED, stop.get());
    }
    return run(step, work);
  }

  /**
   * The same for a step that can be made twice. A connection that is lost for a short time is
   * waited for; each try is told as a step of its own.
   *
   * @param again begins each further try
   */
  <T> T runPatiently(Step step, Work<T> work, Again again) {
    return runUnlessStopped(step, () -> patiently(step, work, again));
  }

  /** What has to be made anew before a step can be made again. */
  @FunctionalInterface
  interface Again {
    void begin() throws InterruptedException;
  }

  private <T> Done<T> patiently(Step step, Work<T> work, Again again) throws InterruptedException {
    Work<T> next = work;
    Duration pause = FIRST_PAUSE;
    Optional<Deadline> end = Optional.empty();
    while (true) {
      try {
        return next.work();
      } catch (GatewayLostException | ProblemException lost) {
        Deadline until = end.orElseGet(() -> time.in(PATIENCE));
        end = Optional.of(until);
        if (!isLoss(lost) || until.isOver() || brake.pulled().isPresent()) {
          throw lost;
        }
        String why = "%s; tried again in %d s".formatted(sentence(lost), pause.toSeconds());
        log.ended(gateway, step, StepLog.Result.UNKNOWN, why, Map.of());
        time.sleep(pause);
        log.began(gateway, step);
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        next =
            () -> {
              again.begin();
              return work.work();
            };
      }
    }
  }

  private static boolean isLoss(RuntimeException failure) {
    return !(failure instanceof ProblemException problem)
        || problem.problems().stream().allMatch(one -> one.code().equals("unreachable"));
  }

  private String sentence(RuntimeException failure) {
    return switch (failure) {
      case ProblemException problem -> sentences(problem);
      case GatewayLostException lost when lost.gateway().equals(gateway) ->
          "no answer: " + lost.why();
      default -> String.valueOf(failure.getMessage());
    };
  }

  /**
   * @throws StepFailure when the step failed, or when nobody knows whether it did
   */
  <T> T run(Step step, Work<T> work) {
    log.began(gateway, step);
    try {
      Done<T> done = work.work();
      log.ended(gateway, step, StepLog.Result.DONE, done.detail(), done.facts());
      return done.value();
    } catch (GatewayLostException lost) {
      throw failure(step, StepLog.Result.UNKNOWN, sentence(lost));
    } catch (GatewayRefusedException refused) {
      throw failure(step, StepLog.Result.FAILED, refused.sentence());
    } catch (ProblemException problem) {
      throw failure(step, StepLog.Result.FAILED, sentences(problem));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw failure(step, StepLog.Result.UNKNOWN, "the controller was told to stop");
    } catch (RuntimeException fault) {
      // Nobody knows how far it got. What counts is what the gateway says, and its lease goes on.
      LOG.error("{}: step {} failed in a way that was not foreseen", gateway, step.word(), fault);
      throw failure(step, StepLog.Result.UNKNOWN, "a fault in Backstay itself: " + fault);
    }
  }

  /**
   * A journal's line has no room for remedies; who reads it later could not use them any more.
   * Whose step it is the line says already.
   */
  private String sentences(ProblemException problem) {
    return problem.problems().stream()
        .map(one -> one.where().equals(gateway) ? one.what() : one.sentence())
        .collect(Collectors.joining("; "));
  }

  private StepFailure failure(Step step, StepLog.Result result, String why) {
    log.ended(gateway, step, result, why, Map.of());
    return new StepFailure(step, result, why);
  }
}
