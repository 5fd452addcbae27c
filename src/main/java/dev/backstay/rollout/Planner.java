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
import dev.backstay.time.Time;
import java.util.List;
import java.util.Optional;

/**
 * Asks every selected gateway for its facts, all at once, and resolves the playbook against them.
 */
public final class Planner {
  /** The transport has limits of its own. */
  private static final int AT_ONCE = Integer.MAX_VALUE;

  private final Connector connector;
  private final Optional<Restoration> restoration;
  private final Time time;

  public Planner(Connector connector, Time time) {
    this(connector, Optional.empty(), time);
  }

  /**
   * @param restoration what goes back from a snapshot, beside what the playbook says
   */
  public Planner(Connector connector, Optional<Restoration> restoration, Time time) {
    this.connector = connector;
    this.restoration = restoration;
    this.time = time;
  }

  private record Answer(List<Problem> problems, List<GatewayChange> changes, long epoch) {}

  /**
   * Changes nothing on any gateway.
   *
   * @throws ProblemException with everything that stands in the way, on all gateways
   */
  public Plan plan(Playbook playbook, List<Gateway> gateways) {
    List<Answer> answers = time.inParallel(gateways, AT_ONCE, gateway -> ask(playbook, gateway));
    List<Problem> problems =
        answers.stream().flatMap(answer -> answer.problems().stream()).toList();
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    List<GatewayChange> changes =
        answers.stream().flatMap(answer -> answer.changes().stream()).toList();
    long epoch = answers.stream().mapToLong(answer -> answer.epoch()).max().orElse(0);
    List<String> changing =
        changes.stream().filter(c -> !c.nothingToDo()).map(GatewayChange::gateway).toList();
    return new Plan(playbook.name(), changes, Waves.cut(changing, playbook.waves()), epoch + 1);
  }

  private Answer ask(Playbook playbook, Gateway gateway) {
    try {
      Preflight preflight = new Preflight(playbook, restoration);
      Facts facts =
          new GatewayPrograms(connector.shared(gateway.target())).facts(preflight.query());
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
