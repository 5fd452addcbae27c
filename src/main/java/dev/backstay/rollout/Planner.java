package dev.backstay.rollout;

import dev.backstay.change.GatewayChange;
import dev.backstay.change.Preflight;
import dev.backstay.change.Restoration;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks every selected gateway for its facts, all at once, and resolves the playbook against them.
 */
public final class Planner {
  private final Connector connector;
  private final Optional<Restoration> restoration;

  public Planner(Connector connector) {
    this(connector, Optional.empty());
  }

  /**
   * @param restoration what goes back from a snapshot, beside what the playbook says
   */
  public Planner(Connector connector, Optional<Restoration> restoration) {
    this.connector = connector;
    this.restoration = restoration;
  }

  private record Answer(List<Problem> problems, List<GatewayChange> changes, long epoch) {}

  /**
   * Changes nothing on any gateway.
   *
   * @throws ProblemException with everything that stands in the way, on all gateways
   */
  public Plan plan(Playbook playbook, List<Gateway> gateways) {
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      gateways.forEach(gateway -> answers.add(threads.submit(() -> ask(playbook, gateway))));
    }
    List<Problem> problems =
        answers.stream().flatMap(answer -> answer.resultNow().problems().stream()).toList();
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    List<GatewayChange> changes =
        answers.stream().flatMap(answer -> answer.resultNow().changes().stream()).toList();
    long epoch = answers.stream().mapToLong(answer -> answer.resultNow().epoch()).max().orElse(0);
    List<String> changing =
        changes.stream().filter(c -> !c.nothingToDo()).map(GatewayChange::gateway).toList();
    return new Plan(playbook.name(), changes, Waves.cut(changing, playbook.waves()), epoch + 1);
  }

  private Answer ask(Playbook playbook, Gateway gateway) {
    try {
      Facts facts =
          new GatewayPrograms(connector.shared(gateway.target()))
              .facts(playbook.packages().keySet());
      Preflight preflight = new Preflight(playbook, restoration);
      return new Answer(
          preflight.problems(gateway.name(), facts),
          List.of(preflight.resolve(gateway.name(), facts)),
          facts.epoch());
    } catch (ProblemException unreachable) {
      return new Answer(unreachable.problems(), List.of(), 0);
    } catch (GatewayLostException lost) {
      return silent(gateway, lost.why());
    } catch (GatewayRefusedException refused) {
      return silent(gateway, refused.sentence());
    }
  }

  private static Answer silent(Gateway gateway, String why) {
    return new Answer(
        List.of(
            new Problem(
                "no-facts",
                gateway.name(),
                "the gateway did not tell its facts: " + why,
                "try `ssh` to it by hand, as the same user")),
        List.of(),
        0);
  }
}
