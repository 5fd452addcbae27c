package dev.backstay.transaction;

import dev.backstay.gateway.ChangeStatus;
import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.gateway.LeaseStatus;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import dev.backstay.ssh.Shell;
import dev.backstay.time.Deadline;
import dev.backstay.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The gateway of one transaction, reached over the shared connection or, where that must be proved,
 * a new one.
 */
final class GatewayLink {
  /** Each answer costs the gateway a dozen processes, while it has a change to make. */
  private static final Duration POLL = Duration.ofSeconds(1);

  private final Order order;
  private final Connector connector;
  private final Time time;

  GatewayLink(Order order, Connector connector, Time time) {
    this.order = order;
    this.connector = connector;
    this.time = time;
  }

  Shell shell() {
    return connector.shared(order.gateway().target());
  }

  GatewayPrograms programs() {
    return new GatewayPrograms(shell());
  }

  /** Over a connection that is dialled for this call alone. */
  <T> T overNewConnection(Function<GatewayPrograms, T> work) {
    try (Shell shell = connector.fresh(order.gateway().target())) {
      return work.apply(new GatewayPrograms(shell));
    }
  }

  GatewayRefusedException refused(Step step, String sentence) {
    return new GatewayRefusedException(order.name(), step.word(), 1, sentence);
  }

  GatewayLostException lost(String why) {
    return new GatewayLostException(order.name(), why);
  }

  /** Asks until the gateway's answer satisfies, over new connections when the old one breaks. */
  ChangeStatus await(Duration limit, Predicate<ChangeStatus> enough) throws InterruptedException {
    Deadline end = time.in(limit);
    String last = "no answer yet";
    while (!end.isOver()) {
      try {
        ChangeStatus status = programs().changeStatus();
        if (enough.test(status)) {
          return status;
        }
        last = "still " + status.state().word();
      } catch (GatewayLostException lost) {
        last = lost.why();
      } catch (GatewayRefusedException refused) {
        last = refused.sentence();
      } catch (ProblemException unreachable) {
        last = unreachable.problems().getFirst().what();
      }
      time.sleep(POLL);
    }
    throw lost(last);
  }

  /**
   * Asks over new connections until the gateway answers.
   *
   * @return nothing if it does not in time
   */
  <T> Optional<T> untilAnswer(Duration limit, Function<GatewayPrograms, T> question)
      throws InterruptedException {
    return untilAnswer(limit, question, answer -> true);
  }

  /** The last answer, if none is enough in time. */
  private <T> Optional<T> untilAnswer(
      Duration limit, Function<GatewayPrograms, T> question, Predicate<T> enough)
      throws InterruptedException {
    Deadline end = time.in(limit);
    Optional<T> answer = ask(question);
    while (!end.isOver() && answer.filter(enough).isEmpty()) {
      time.sleep(POLL);
      answer = ask(question);
    }
    return answer;
  }

  private <T> Optional<T> ask(Function<GatewayPrograms, T> question) {
    try {
      return Optional.of(overNewConnection(question));
    } catch (GatewayLostException | GatewayRefusedException | ProblemException unreachable) {
      return Optional.empty();
    }
  }

  /**
   * What the gateway itself says, after something went wrong. One that is silent or still at it is
   * waited for as long as its lease may last: it takes care of itself meanwhile.
   */
  Ending readBack(Duration limit) throws InterruptedException {
    return untilAnswer(limit, GatewayPrograms::status, status -> ending(status) != Ending.UNKNOWN)
        .map(this::ending)
        .orElse(Ending.UNKNOWN);
  }

  private Ending ending(LeaseStatus status) {
    if (!status.rollout().equals(order.identifiers().rollout())) {
      return Ending.UNCHANGED;
    }
    return switch (status.state()) {
      case CONFIRMED -> Ending.CONFIRMED;
      case REVERTED -> Ending.REVERTED;
      case NONE -> Ending.UNCHANGED;
      case ARMED, APPLYING, REBOOTING, APPLIED, REVERTING, REVERT_FAILED -> Ending.UNKNOWN;
    };
  }
}
