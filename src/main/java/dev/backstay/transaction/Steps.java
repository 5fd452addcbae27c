package dev.backstay.transaction;

import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one step: its intent is on disk before it acts, its outcome after. */
final class Steps {
  private static final Logger LOG = LoggerFactory.getLogger(Steps.class);

  private final String gateway;
  private final StepLog log;
  private final Brake brake;

  Steps(String gateway, StepLog log, Brake brake) {
    this.gateway = gateway;
    this.log = log;
    this.brake = brake;
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
   * @throws StepFailure when the step failed, or when nobody knows whether it did
   */
  <T> T run(Step step, Work<T> work) {
    log.began(gateway, step);
    try {
      Done<T> done = work.work();
      log.ended(gateway, step, StepLog.Result.DONE, done.detail(), done.facts());
      return done.value();
    } catch (GatewayLostException lost) {
      throw failure(step, StepLog.Result.UNKNOWN, String.valueOf(lost.getMessage()));
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

  /** A journal's line has no room for remedies; who reads it later could not use them any more. */
  private static String sentences(ProblemException problem) {
    return problem.problems().stream().map(Problem::sentence).collect(Collectors.joining("; "));
  }

  private StepFailure failure(Step step, StepLog.Result result, String why) {
    log.ended(gateway, step, result, why, Map.of());
    return new StepFailure(step, result, why);
  }
}
