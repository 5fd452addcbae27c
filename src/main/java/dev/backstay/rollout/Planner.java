package dev.backstay.rollout;

import dev.backstay.change.Preflight;
import dev.backstay.change.Restoration;
import dev.backstay.change.SameClients;
import dev.backstay.change.TrafficPreflight;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.FactsQuery;
import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.gateway.KnownFacts;
import dev.backstay.inventory.Front;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.WaveSize;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Plan.Planned;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import dev.backstay.transaction.Probes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Asks every selected gateway for its facts, all at once, and resolves the playbook against them.
 */
public final class Planner {
  /** The transport has limits of its own. */
  private static final int AT_ONCE = Integer.MAX_VALUE;

  private final Connector connector;
  private final Optional<Restoration> restoration;
  private final Memory memory;
  private final Probes probes;
  private final Time time;

  public Planner(Connector connector, Time time) {
    this(connector, Optional.empty(), time);
  }

  /**
   * @param restoration what goes back from a snapshot, beside what the playbook says
   */
  public Planner(Connector connector, Optional<Restoration> restoration, Time time) {
    this(connector, restoration, Memory.NONE, Probes.NONE, time);
  }

  /**
   * @param memory of what gateways told before; those are not asked
   */
  public Planner(Connector connector, Memory memory, Time time) {
    this(connector, Optional.empty(), memory, Probes.NONE, time);
  }

  private Planner(
      Connector connector,
      Optional<Restoration> restoration,
      Memory memory,
      Probes probes,
      Time time) {
    this.connector = connector;
    this.probes = probes;
    this.restoration = restoration;
    this.memory = memory;
    this.time = time;
  }

  /**
   * The same planner.
   *
   * @param known whose peers are no clients
   */
  public Planner knowing(Probes known) {
    return new Planner(connector, restoration, memory, known, time);
  }

  /** What gateways told before, and are not asked again for. Safe for use by several threads. */
  public interface Memory {
    /** Knows nothing and keeps nothing. */
    Memory NONE =
        new Memory() {
          @Override
          public Optional<KnownFacts.Known> known(Gateway gateway, FactsQuery query) {
            return Optional.empty();
          }

          @Override
          public void keep(Gateway gateway, FactsQuery query, String answer) {}
        };

    Optional<KnownFacts.Known> known(Gateway gateway, FactsQuery query);

    void keep(Gateway gateway, FactsQuery query, String answer);

    /** Keeps what is told, and takes what was told since that moment. */
    static Memory of(KnownFacts known, Instant since) {
      return new Memory() {
        @Override
        public Optional<KnownFacts.Known> known(Gateway gateway, FactsQuery query) {
          return known.since(gateway, query, since);
        }

        @Override
        public void keep(Gateway gateway, FactsQuery query, String answer) {
          known.keep(gateway, query, answer);
        }
      };
    }
  }

  /**
   * @param epoch the highest that was seen there
   */
  private record Answer(List<Problem> problems, List<Planned> planned, long epoch) {}

  /**
   * Changes nothing on any gateway.
   *
   * @throws ProblemException with everything that stands in the way, on all gateways
   */
  public Plan plan(Playbook playbook, List<Gateway> gateways) {
    return plan(playbook, gateways, Front.NONE);
  }

  /**
   * The same, where something stands in front of the gateways; it is asked as well.
   *
   * @throws ProblemException with everything that stands in the way, on all of them
   */
  public Plan plan(Playbook playbook, List<Gateway> gateways, Front front) {
    front.old().ifPresent(old -> checkTakeover(playbook, gateways, old));
    List<Answer> answers = time.inParallel(gateways, AT_ONCE, gateway -> ask(playbook, gateway));
    List<Answer> hosts = time.inParallel(front.hosts(), AT_ONCE, this::askTrafficHost);
    List<Problem> problems =
        Stream.of(answers.stream(), hosts.stream(), askOld(front, answers).stream())
            .flatMap(of -> of)
            .flatMap(answer -> answer.problems().stream())
            .toList();
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    checkWindows(playbook, gateways);
    List<Planned> planned = answers.stream().flatMap(answer -> answer.planned().stream()).toList();
    long seen = hosts.stream().mapToLong(Answer::epoch).max().orElse(0);
    return of(playbook, planned, front, seen);
  }

  /** A window that is too short would be waited for until somebody wonders. */
  private void checkWindows(Playbook playbook, List<Gateway> gateways) {
    Duration length = WorstCase.ofWave(playbook);
    Instant now = time.clock().instant();
    boolean never =
        gateways.stream()
            .anyMatch(one -> playbook.maintenance().start(now, length, one.zone()).isEmpty());
    if (never) {
      throw new ProblemException(
          "window-too-short",
          playbook.source(),
          "a wave may take %d min with its way back, and no maintenance window is that long"
              .formatted(length.toMinutes()),
          "make the window longer, or observe.window and lease shorter");
    }
  }

  /** Of gateways that are known already. Asks nobody. */
  public static Plan of(Playbook playbook, List<Planned> planned) {
    return of(playbook, planned, Front.NONE, 0);
  }

  private static Plan of(Playbook playbook, List<Planned> planned, Front front, long seenByFront) {
    List<Waves.Candidate> changing =
        planned.stream()
            .filter(one -> !one.change().nothingToDo() || front.old().isPresent())
            .map(one ->
                new Waves.Candidate(
                    one.name(),
                    one.facts().platform(),
                    one.facts().activeClients(),
                    one.gateway().pair()))
            .toList();
    long epoch =
        planned.stream().mapToLong(one -> one.facts().epoch()).reduce(seenByFront, Math::max);
    Waves.Cut cut =
        front.old().isPresent() ? new Waves.Cut(one(changing), List.of()) : cut(playbook, changing);
    return new Plan(playbook, planned, cut.waves(), epoch + 1, front, cut.control());
  }

  private static Waves.Cut cut(Playbook playbook, List<Waves.Candidate> changing) {
    Optional<WaveSize> control = playbook.observe().control().filter(_ -> !changing.isEmpty());
    if (control.isEmpty()) {
      return new Waves.Cut(Waves.cut(changing, playbook.waves(), playbook.limits()), List.of());
    }
    Waves.Cut cut = Waves.cut(changing, playbook.waves(), playbook.limits(), control.get());
    int wanted = Waves.count(control.get(), changing.size());
    if (cut.control().size() < wanted) {
      throw new ProblemException(
          "control-too-large",
          playbook.source(),
          "%d gateways are to be held back as a control, and of the %d that change %s"
              .formatted(
                  wanted,
                  changing.size(),
                  cut.control().isEmpty()
                      ? "each is wanted before: one of each platform comes first"
                      : "at most %d can be: one of each platform comes first"
                          .formatted(cut.control().size())),
          "write a smaller observe.control, leave it out, or select more gateways");
    }
    return cut;
  }

  /** Who takes over is chosen by who selects it. */
  private static List<Wave> one(List<Waves.Candidate> heir) {
    return List.of(
        new Wave(heir.stream().map(one -> new Wave.Choice(one.name(), "")).toList(), false));
  }

  private Answer ask(Playbook playbook, Gateway gateway) {
    return orProblem(
        gateway,
        () -> {
          Preflight preflight = new Preflight(playbook, restoration);
          FactsQuery query = preflight.query();
          Optional<Answer> known =
              memory
                  .known(gateway, query)
                  .map(told -> answer(preflight, gateway, told.facts(), Optional.of(told.at())))
                  // What stood in the way may be gone: only the gateway itself refuses.
                  .filter(answer -> answer.problems().isEmpty());
          return known.orElseGet(() -> {
            Facts facts =
                new GatewayPrograms(connector.shared(gateway.target()))
                    .facts(query, told -> memory.keep(gateway, query, told));
            return answer(preflight, gateway, facts, Optional.empty());
          });
        });
  }

  private Answer askTrafficHost(Gateway host) {
    return orProblem(
        host,
        () -> {
          Facts facts = new GatewayPrograms(connector.shared(host.target())).facts(Set.of());
          return new Answer(
              TrafficPreflight.problems(host.name(), facts), List.of(), facts.epoch());
        });
  }

  /** The gateway whose clients are taken over, and whether the new one could serve them. */
  private Optional<Answer> askOld(Front front, List<Answer> selected) {
    return front
        .old()
        .map(old ->
            orProblem(
                old,
                () -> {
                  Facts facts =
                      new GatewayPrograms(connector.shared(old.target()))
                          .facts(FactsQuery.ofInterfaces());
                  List<Problem> problems =
                      selected.stream()
                          .flatMap(answer -> answer.planned().stream())
                          .flatMap(heir ->
                              new SameClients(old.name(), heir.name(), probes.keys(old.name()))
                                  .problems(facts, heir.facts()).stream())
                          .toList();
                  return new Answer(problems, List.of(), facts.epoch());
                }));
  }

  /** What is known of a takeover without asking anybody. */
  private static void checkTakeover(Playbook playbook, List<Gateway> selected, Gateway old) {
    List<String> names = selected.stream().map(Gateway::name).toList();
    if (names.size() != 1) {
      throw new ProblemException(
          "takeover-of-one",
          playbook.selectedAt(),
          "%d gateways are selected (%s), and one takes over the clients of %s"
              .formatted(names.size(), String.join(", ", names), old.name()),
          "select the new one alone, by its name");
    }
    Gateway heir = selected.getFirst();
    if (heir.name().equals(old.name())) {
      throw new ProblemException(
          "takeover-from-itself",
          playbook.selectedAt(),
          "%s is selected, and its clients are with it already".formatted(heir.name()),
          "select the new gateway, and name the old one as takeover: {from: …}");
    }
    if (!heir.pair().equals(old.pair())) {
      throw new ProblemException(
          "takeover-of-strangers",
          playbook.selectedAt(),
          "%s and %s are no pair in the inventory: %s and %s"
              .formatted(heir.name(), old.name(), pair(heir), pair(old)),
          "give both the same `pair`, or neither one");
    }
  }

  private static String pair(Gateway gateway) {
    return gateway.pair().isEmpty()
        ? gateway.name() + " has none"
        : "%s is of %s".formatted(gateway.name(), gateway.pair());
  }

  private static Answer orProblem(Gateway gateway, Supplier<Answer> ask) {
    try {
      return ask.get();
    } catch (ProblemException unreachable) {
      return new Answer(unreachable.problems(), List.of(), 0);
    } catch (GatewayLostException lost) {
      return silent(gateway, lost.why());
    } catch (GatewayRefusedException refused) {
      return silent(gateway, refused.sentence());
    }
  }

  private static Answer answer(
      Preflight preflight, Gateway gateway, Facts facts, Optional<Instant> known) {
    return new Answer(
        preflight.problems(gateway.name(), facts),
        List.of(Planned.of(gateway, facts, preflight.resolve(gateway.name(), facts), known)),
        facts.epoch());
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
