package dev.backstay.rollout;

import dev.backstay.health.Verdict;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import dev.backstay.transaction.AsPlanned;
import dev.backstay.transaction.Attempt;
import dev.backstay.transaction.Brake;
import dev.backstay.transaction.ControlWatch;
import dev.backstay.transaction.Ending;
import dev.backstay.transaction.Identifiers;
import dev.backstay.transaction.Kept;
import dev.backstay.transaction.Order;
import dev.backstay.transaction.Probes;
import dev.backstay.transaction.Restore;
import dev.backstay.transaction.Snapshots;
import dev.backstay.transaction.StepLog;
import dev.backstay.transaction.Transaction;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Carries out a plan: asks {@link Course} what is next, writes down that it will be done, and does
 * it. Knows nothing that is not in the journal but open connections, so that another controller can
 * take over after any line. Runs once, in one thread, with one more for each gateway of a wave.
 */
public final class Rollout {
  /** A wave is changed together; its size is limited where it is cut. */
  private static final int ALL = Integer.MAX_VALUE;

  /** How often orders and the clock are looked at while something is waited for. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Scope scope;
  private final Playbook playbook;
  private final Course course;
  private final Transactions transactions;
  private final Journal journal;
  private final Orders orders;
  private final Time time;
  private final RolloutState state;
  private final Map<String, Transaction> open = new ConcurrentHashMap<>();
  private final Object ordering = new Object();
  private ControlWatch beside = ControlWatch.OF_NOBODY;

  /**
   * @param journal of this rollout: empty, or with what an earlier controller wrote
   * @param calendar of freezes
   */
  public Rollout(
      Scope scope,
      Calendar calendar,
      Transactions transactions,
      Journal journal,
      Orders orders,
      Time time) {
    this.scope = scope;
    this.playbook = scope.playbook();
    this.course = new Course(scope, calendar);
    this.transactions = transactions;
    this.journal = journal;
    this.orders = orders;
    this.time = time;
    this.state = journal.state();
  }

  /** Makes the transactions of a rollout. Safe for use by several threads. */
  public interface Transactions {
    /**
     * @param planned what the plan says of it, if it does
     * @param attempt from 1
     * @param epoch of this controller
     * @param beside gateways that are not changed meanwhile
     */
    Transaction of(
        Gateway gateway,
        Optional<AsPlanned> planned,
        int attempt,
        long epoch,
        Brake brake,
        ControlWatch beside);

    /** Gateways to look at that are not changed meanwhile; possibly none. */
    ControlWatch beside(List<Gateway> unchanged, long epoch);
  }

  /** Transactions on gateways that are reached through a connector. */
  public static Transactions over(
      String id,
      Scope scope,
      Optional<Restore> restore,
      Connector connector,
      Snapshots snapshots,
      StepLog log,
      SecureRandom random,
      Time time) {
    return over(id, scope, restore, connector, snapshots, log, random, Probes.NONE, time);
  }

  /**
   * The same.
   *
   * @param probes of these gateways
   */
  public static Transactions over(
      String id,
      Scope scope,
      Optional<Restore> restore,
      Connector connector,
      Snapshots snapshots,
      StepLog log,
      SecureRandom random,
      Probes probes,
      Time time) {
    return new Transactions() {
      @Override
      public Transaction of(
          Gateway gateway,
          Optional<AsPlanned> planned,
          int attempt,
          long epoch,
          Brake brake,
          ControlWatch beside) {
        return new Transaction(
            new Order(
                gateway,
                scope.playbook(),
                Identifiers.next(id, attempt, epoch, random),
                restore,
                planned,
                scope.front()),
            connector,
            snapshots,
            log,
            brake,
            beside,
            probes,
            time);
      }

      @Override
      public ControlWatch beside(List<Gateway> unchanged, long epoch) {
        return new ControlWatch(
            unchanged,
            connector,
            "%s_%d".formatted(id, epoch),
            scope.playbook().observe().baseline(),
            probes,
            time);
      }
    };
  }

  /**
   * Begins.
   *
   * @param id of the rollout
   * @param planHash what was approved
   * @param by who begins it
   * @return nothing if it was stopped and can be resumed
   */
  public Optional<Result> run(String id, String planHash, String by) {
    journal.append(
        new Event.Started(
            Journal.FORMAT, id, playbook.name(), planHash, scope.names(), scope.epoch(), by));
    return goOn();
  }

  /**
   * Goes on with what an earlier controller left. Its epoch is higher than that one's.
   *
   * @param order what is wanted of it beyond going on
   * @return as {@link #run}
   */
  public Optional<Result> resume(String by, Optional<Event.Ordered> order) {
    journal.append(new Event.Resumed(Math.max(scope.epoch(), state.epoch() + 1), by));
    order.ifPresent(journal::append);
    return goOn();
  }

  private Optional<Result> goOn() {
    try {
      while (true) {
        takeOrders();
        Next next = course.next(state, now());
        switch (next) {
          case Next.StartWave(int wave) -> {
            // Those of the wave before are no longer looked at, and are begun anew if need be.
            open.values().forEach(Transaction::awaitEvidence);
            open.values().forEach(Transaction::close);
            open.clear();
            journal.append(new Event.WaveStarted(wave, scope.waves().get(wave - 1).gateways()));
          }
          case Next.Try(List<String> gateways) -> {
            lookBeside(gateways);
            time.inParallel(gateways, ALL, name -> attempt(name, gateways.size() > 1));
          }
          case Next.Withhold(String gateway, String why) ->
              journal.append(new Event.Tried(gateway, Trial.WITHHELD, why));
          case Next.JudgeWave(int wave, boolean passed, String reason) -> {
            beside.close();
            journal.append(new Event.WaveJudged(wave, passed, reason));
          }
          case Next.Settle settle -> settle(settle);
          case Next.TakeBack(List<String> gateways, String why) ->
              journal.append(new Event.TakingBack(gateways, why));
          case Next.Keep kept -> keep(kept);
          case Next.Release(String gateway) -> release(gateway);
          case Next.Hold hold -> hold(hold);
          case Next.Leave(String why) -> {
            return Optional.empty();
          }
          case Next.End(Result result, String reason) -> {
            // Everything that is urgent is done; the journal's last line is the last one.
            open.values().forEach(Transaction::awaitEvidence);
            journal.append(new Event.Ended(result, reason));
            return Optional.of(result);
          }
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      open.values().forEach(Transaction::close);
      beside.close();
    }
  }

  /** What others lose over the same minutes is asked from before anything is changed. */
  private void lookBeside(List<String> wave) {
    beside.close();
    beside = transactions.beside(scope.beside(wave), state.epoch());
    beside.start();
  }

  private Instant now() {
    return time.clock().instant();
  }

  // --- one gateway -----------------------------------------------------------------------------

  private Trial attempt(String name, boolean others) {
    Transaction transaction;
    Attempt attempt;
    if (state.gateway(name).mustBeAsked()) {
      transaction = begin(name);
      switch (transaction.resume(state.gateway(name).meantToConfirm())) {
        case Transaction.Resumed.Again again -> {
          transaction = begin(name);
          attempt = transaction.attempt();
        }
        case Transaction.Resumed.Confirmed confirmed -> {
          return foundConfirmed(name);
        }
        case Transaction.Resumed.Up(Attempt up) -> attempt = up;
      }
    } else {
      transaction = begin(name);
      attempt = transaction.attempt();
    }
    Trial trial = Trial.of(attempt);
    if (trial == Trial.PASSED && others) {
      // The others of the wave may take as long again as their windows and leases allow.
      transaction.renew(
          playbook
              .observe()
              .window()
              .plus(playbook.lease().confirm())
              .plus(playbook.lease().apply())
              .plus(playbook.lease().reboot()));
    }
    journal.append(new Event.Tried(name, trial, Trial.why(attempt)));
    return trial;
  }

  private Trial foundConfirmed(String name) {
    String reason = "the gateway had confirmed before this controller began";
    journal.append(new Event.Tried(name, Trial.PASSED, reason));
    journal.append(new Event.GatewayEnded(name, Ending.CONFIRMED.word(), reason));
    return Trial.PASSED;
  }

  /** The transaction of this attempt; one of an attempt before is closed. */
  private Transaction begin(String name) {
    GatewayState gateway = state.gateway(name);
    Transaction fresh =
        transactions.of(
            scope.gateway(name),
            Optional.ofNullable(scope.planned().get(name)),
            gateway.attempt(),
            state.epoch(),
            this::brake,
            beside);
    gateway.then().map(Then::before).ifPresent(fresh::remember);
    if (gateway.away()) {
      fresh.clientsMayBeAway();
    }
    Transaction before = open.put(name, fresh);
    if (before != null) {
      before.close();
    }
    return fresh;
  }

  private Transaction known(String name) {
    Transaction known = open.get(name);
    return known == null ? begin(name) : known;
  }

  // --- ends ------------------------------------------------------------------------------------

  private void settle(Next.Settle settle) {
    List<String> all = Stream.concat(settle.confirm().stream(), settle.revert().stream()).toList();
    time.inParallel(
        all,
        ALL,
        name -> {
          Ending ending =
              settle.confirm().contains(name) ? confirm(name) : revert(name, settle.why());
          String reason = state.gateway(name).trial().map(Event.Tried::reason).orElse(settle.why());
          journal.append(
              ended(name, ending, state.gateway(name).goingBack() ? settle.why() : reason));
          return ending;
        });
  }

  /** A gateway whose clients are not back is not as it was, whatever it says of itself. */
  private Event.GatewayEnded ended(String name, Ending ending, String reason) {
    boolean takesOver = scope.front().old().isPresent();
    if (takesOver && ending == Ending.CONFIRMED) {
      return new Event.GatewayEnded(name, ending.word(), reason);
    }
    // The old gateway of a takeover is as good as ever, whatever became of the new one.
    if ((takesOver || ending != Ending.UNKNOWN) && state.gateway(name).away()) {
      known(name).bringBack(reason);
    }
    return state.gateway(name).away()
        ? new Event.GatewayEnded(
            name,
            Ending.UNKNOWN.word(),
            "%s; and %s may be elsewhere until the lease of %s is over"
                    .formatted(reason, whoseClients(), trafficHosts())
                + ": on each, /var/lib/backstay/programs/deadman revert ends it now")
        : new Event.GatewayEnded(name, ending.word(), reason);
  }

  private String whoseClients() {
    return scope.front().old().map(old -> "the clients of " + old.name()).orElse("its clients");
  }

  private String trafficHosts() {
    return scope.front().hosts().stream().map(Gateway::name).collect(Collectors.joining(", "));
  }

  private Ending confirm(String name) {
    return trial(name) == Trial.AS_WANTED ? Ending.UNCHANGED : known(name).confirm();
  }

  private Ending revert(String name, String why) {
    GatewayState gateway = state.gateway(name);
    if (gateway.goingBack()) {
      // Where its clients are in need there is no time to send them elsewhere first.
      Ending ending =
          state.worse().containsKey(name) ? known(name).revert(why) : known(name).takeBack(why);
      // Another rollout came after this one, and its way back is all that the gateway has.
      return ending == Ending.UNCHANGED ? Ending.UNKNOWN : ending;
    }
    return switch (trial(name)) {
      case STOPPED, AS_WANTED, WITHHELD -> Ending.UNCHANGED;
      case REVERTED -> known(name).readBack();
      case PASSED, FAILED, INCONCLUSIVE, UNKNOWN -> known(name).revert(why(gateway, why));
    };
  }

  private static String why(GatewayState gateway, String why) {
    return gateway.passed() ? why : gateway.trial().map(Event.Tried::reason).orElse(why);
  }

  /** Of one that was left in the middle nothing is known. */
  private Trial trial(String name) {
    return state.gateway(name).trial().map(Event.Tried::trial).orElse(Trial.UNKNOWN);
  }

  // --- orders and waiting ----------------------------------------------------------------------

  private void takeOrders() {
    synchronized (ordering) {
      List<Event.Ordered> given = orders.fresh();
      if (!given.isEmpty()) {
        given.forEach(journal::append);
        orders.kept();
      }
    }
  }

  /** Looked at by every gateway's transaction: an abort does not wait for a window to end. */
  private Optional<String> brake() {
    takeOrders();
    return state
        .last(OrderWord.ABORT, OrderWord.ROLLBACK)
        .map(given ->
            "%s by %s"
                .formatted(
                    given.order().order() == OrderWord.ABORT ? "aborted" : "rolled back",
                    given.order().by()));
  }

  /** One look at clients that were taken over; what is new is written down. */
  private void keep(Next.Keep next) throws InterruptedException {
    Event.Held held = new Event.Held(next.what(), Optional.of(next.until()));
    if (!state.held().equals(Optional.of(held))) {
      journal.append(held);
    }
    String name = next.gateway();
    switch (known(name).keep(Duration.between(now(), next.until()))) {
      case Kept.Well(Optional<String> noWayBack) -> wayBack(name, noWayBack);
      case Kept.Worse(String why, Optional<String> noWayBack) -> {
        wayBack(name, noWayBack);
        worse(name, why);
      }
      case Kept.Gone(String why) -> journal.append(new Event.WentBack(name, why));
    }
  }

  private void wayBack(String name, Optional<String> noWayBack) {
    if (noWayBack.isPresent() != state.gateway(name).noWayBack().isPresent()) {
      journal.append(new Event.WayBack(name, noWayBack.isEmpty(), noWayBack.orElse("")));
    }
  }

  private void worse(String name, String why) {
    if (!state.worse().containsKey(name)) {
      journal.append(new Event.WentBad(name, why));
    }
  }

  private void release(String name) {
    switch (known(name).release()) {
      case CONFIRMED, UNCHANGED -> {}
      case REVERTED -> journal.append(new Event.WentBack(name, state.gateway(name).detail()));
      case UNKNOWN ->
          journal.append(
              new Event.GatewayEnded(
                  name,
                  Ending.UNKNOWN.word(),
                  "it is confirmed; but %s did not say that it leaves the clients there"
                      .formatted(trafficHosts())));
    }
  }

  /** Nothing is begun; who was confirmed is looked at on, and an order is heard. */
  private void hold(Next.Hold hold) throws InterruptedException {
    Event.Held held = new Event.Held(hold.what(), hold.until());
    if (!state.held().equals(Optional.of(held))) {
      journal.append(held);
    }
    for (Map.Entry<String, Transaction> one : open.entrySet()) {
      if (state.gateway(one.getKey()).endedAs(Ending.CONFIRMED)) {
        Optional<Verdict.Fail> worse = one.getValue().worse();
        if (worse.isPresent()) {
          journal.append(new Event.WentBad(one.getKey(), String.join("; ", worse.get().reasons())));
          return;
        }
      }
    }
    time.sleep(LOOK);
  }
}
