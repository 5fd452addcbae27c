package dev.backstay.rollout;

import dev.backstay.health.Verdict;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import dev.backstay.transaction.Attempt;
import dev.backstay.transaction.Ending;
import dev.backstay.transaction.Identifiers;
import dev.backstay.transaction.Order;
import dev.backstay.transaction.Restore;
import dev.backstay.transaction.Snapshots;
import dev.backstay.transaction.StepLog;
import dev.backstay.transaction.Transaction;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Carries out a plan, wave by wave. A wave goes on only when every gateway of it has passed; then
 * all of them are confirmed. Otherwise all of them are reverted, and, unless the playbook says
 * otherwise, those of the earlier waves too. Runs once, in one thread, with one more for each
 * gateway of a wave.
 */
public final class Rollout {
  /** A wave is changed together. */
  private static final int ALL = Integer.MAX_VALUE;

  private final String id;
  private final Plan plan;
  private final Playbook playbook;
  private final Map<String, Gateway> gateways;
  private final Function<Gateway, Transaction> transactions;
  private final Journal journal;
  private final Time time;
  private final Map<String, Transaction> confirmed =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private final List<Transaction> begun = Collections.synchronizedList(new ArrayList<>());
  private boolean inconclusive;

  /**
   * @param gateways by name, at least those of the plan
   * @param transactions makes the transaction of a gateway
   */
  public Rollout(
      String id,
      Plan plan,
      Playbook playbook,
      Map<String, Gateway> gateways,
      Function<Gateway, Transaction> transactions,
      Journal journal,
      Time time) {
    this.id = id;
    this.plan = plan;
    this.playbook = playbook;
    this.gateways = Map.copyOf(gateways);
    this.transactions = transactions;
    this.journal = journal;
    this.time = time;
  }

  /** The transactions of a rollout, as {@link #Rollout} wants them. */
  public static Function<Gateway, Transaction> transactions(
      String id,
      Plan plan,
      Playbook playbook,
      Optional<Restore> restore,
      Connector connector,
      Snapshots snapshots,
      Journal journal,
      Spectator spectator,
      SecureRandom random,
      Time time) {
    StepLog log = new JournalingLog(journal, spectator);
    return gateway ->
        new Transaction(
            new Order(gateway, playbook, Identifiers.next(id, 1, plan.epoch(), random), restore),
            connector,
            snapshots,
            log,
            time);
  }

  private record Part(String gateway, Transaction transaction, Attempt attempt) {
    boolean passed() {
      return switch (attempt) {
        case Attempt.NothingToDo nothing -> true;
        case Attempt.Judged(Verdict verdict) -> verdict instanceof Verdict.Pass;
        case Attempt.Stopped stopped -> false;
        case Attempt.Reverted reverted -> false;
        case Attempt.Unknown unknown -> false;
      };
    }

    String why() {
      return switch (attempt) {
        case Attempt.NothingToDo nothing -> "nothing to do";
        case Attempt.Judged(Verdict verdict) ->
            verdict.word() + ": " + String.join("; ", verdict.reasons());
        case Attempt.Stopped(var step, String why) -> step.word() + ": " + why;
        case Attempt.Reverted(String why) -> why;
        case Attempt.Unknown(var step, String why) -> step.word() + ": " + why;
      };
    }
  }

  /** Runs all waves, or as many as pass. */
  public Result run() {
    journal.append(new Event.Started(id, plan.playbook(), plan.hash(), plan.waves()));
    try {
      for (int wave = 1; wave <= plan.waves().size(); wave++) {
        Optional<String> failure = wave(wave, plan.waves().get(wave - 1));
        if (failure.isPresent()) {
          return end(wave, failure.get());
        }
      }
      return ended(Result.DONE, "every wave passed");
    } finally {
      confirmed.values().forEach(Transaction::close);
    }
  }

  private Optional<String> wave(int wave, List<String> names) {
    journal.append(new Event.WaveStarted(wave, names));
    List<Part> parts = attempts(names);
    List<Part> failed = parts.stream().filter(part -> !part.passed()).toList();
    Optional<String> failure =
        failed.stream().map(part -> part.gateway() + ": " + part.why()).findFirst();
    journal.append(
        new Event.WaveJudged(wave, failed.isEmpty(), failure.orElse("every gateway passed")));
    inconclusive = !failed.isEmpty() && failed.stream().allMatch(Rollout::undecided);
    List<Ending> endings = time.inParallel(parts, ALL, part -> settle(part, failure));
    boolean allThere =
        endings.stream().allMatch(e -> e == Ending.CONFIRMED || e == Ending.UNCHANGED);
    if (failure.isEmpty() && !allThere) {
      return Optional.of("a gateway of wave " + wave + " did not confirm");
    }
    return failure;
  }

  private static boolean undecided(Part part) {
    return part.attempt() instanceof Attempt.Judged(Verdict verdict)
        && verdict instanceof Verdict.Inconclusive;
  }

  private List<Part> attempts(List<String> names) {
    return time.inParallel(
        names,
        ALL,
        name -> {
          Transaction transaction = transactions.apply(gatewayNamed(name));
          begun.add(transaction);
          Attempt attempt = transaction.attempt();
          Part part = new Part(name, transaction, attempt);
          if (part.passed() && names.size() > 1) {
            // The others of the wave may take as long again as their windows and leases allow.
            transaction.renew(
                playbook
                    .observe()
                    .window()
                    .plus(playbook.lease().confirm())
                    .plus(playbook.lease().apply()));
          }
          return part;
        });
  }

  /** Ends one gateway's part in a wave, the way the whole wave was judged. */
  private Ending settle(Part part, Optional<String> waveFailure) {
    Ending ending =
        switch (part.attempt()) {
          case Attempt.NothingToDo nothing -> Ending.UNCHANGED;
          case Attempt.Stopped stopped -> Ending.UNCHANGED;
          case Attempt.Reverted reverted -> part.transaction().readBack();
          case Attempt.Unknown unknown -> part.transaction().revert("no answer");
          case Attempt.Judged judged ->
              waveFailure.isEmpty()
                  ? part.transaction().confirm()
                  : part.transaction().revert(part.passed() ? "the wave failed" : part.why());
        };
    journal.append(new Event.GatewayEnded(part.gateway(), ending.word(), part.why()));
    if (ending == Ending.CONFIRMED) {
      confirmed.put(part.gateway(), part.transaction());
    } else {
      part.transaction().close();
    }
    return ending;
  }

  private Result end(int failedWave, String why) {
    if (playbook.rollbackAll()) {
      List<String> earlier = List.copyOf(confirmed.keySet());
      time.inParallel(earlier, ALL, name -> takeBack(name, "wave " + failedWave + " failed"));
    }
    return ended(result(), why);
  }

  private Ending takeBack(String gateway, String why) {
    Transaction transaction = Objects.requireNonNull(confirmed.get(gateway));
    Ending ending = transaction.revert(why);
    journal.append(new Event.GatewayEnded(gateway, ending.word(), why));
    return ending;
  }

  /** Judged by how the gateways ended, as the journal has it. */
  private Result result() {
    RolloutState state = RolloutState.fold(journal.lines());
    if (state.any(Ending.UNKNOWN) || state.any(Ending.CONFIRMED)) {
      return Result.PARTIAL;
    }
    if (!state.any(Ending.REVERTED)) {
      return Result.UNCHANGED;
    }
    return inconclusive ? Result.INCONCLUSIVE : Result.ROLLED_BACK;
  }

  private Result ended(Result result, String why) {
    // Everything that is urgent is done; the journal's last line is the last one.
    begun.forEach(Transaction::awaitEvidence);
    journal.append(new Event.Ended(result, why));
    return result;
  }

  private Gateway gatewayNamed(String name) {
    return Objects.requireNonNull(gateways.get(name), name);
  }
}
