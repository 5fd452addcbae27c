package dev.backstay.transaction;

import dev.backstay.gateway.Observation;
import dev.backstay.health.Baseline;
import dev.backstay.health.Judge;
import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.health.Verdict;
import dev.backstay.health.Watch;
import dev.backstay.health.Watch.Sessions;
import dev.backstay.playbook.Gates;
import dev.backstay.time.Deadline;
import dev.backstay.time.Time;
import dev.backstay.wireguard.Timing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Looks after clients that were taken over until the old gateway is let go, which may be a day.
 * They are judged in rounds, each as long as a living session needs to be renewed: who is at work
 * shakes hands in every one of them. Used by one thread.
 */
final class Keep {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** How often the others are asked, and the lease is renewed. */
  private static final Duration CHECK = Duration.ofSeconds(30);

  /** A new gateway that tells nothing for so long, while the others answer, is out of order. */
  private static final Duration SILENCE = Duration.ofSeconds(90);

  /** When a client that works has shaken hands anew, and a little. */
  private static final double ROUND =
      Timing.REJECT_AFTER.plus(Timing.USUAL_KEEPALIVE).toSeconds() + 20.0;

  private final String heir;
  private final Baseline expected;
  private final Duration unwatched;
  private final Duration back;
  private final Observer observer;
  private final Handover handover;
  private final Judge judge;
  private final Time time;
  private boolean begun;
  private boolean oldGone;
  private Deadline nextCheck;
  private Deadline silent;
  private Deadline leaseEnd;
  private double from;
  private Optional<Watch> round = Optional.empty();
  private Optional<String> noWayBack = Optional.empty();

  /**
   * @param expected who was taken over, as the new gateway has them
   * @param observer of the new gateway
   */
  Keep(
      Succession of,
      Baseline expected,
      Gates gates,
      Observer observer,
      Handover handover,
      Time time) {
    this.heir = of.heir().name();
    this.expected = expected;
    this.unwatched = of.rules().unwatched();
    this.observer = observer;
    this.handover = handover;
    this.judge = new Judge(gates);
    this.time = time;
    this.nextCheck = time.in(Duration.ZERO);
    this.silent = time.in(SILENCE);
    this.leaseEnd = time.in(unwatched.plus(of.traffic().back()));
    this.back = of.traffic().back();
  }

  /**
   * Takes a second or, when the others are asked, a few.
   *
   * @param rest until the old gateway is let go
   */
  Kept look(Duration rest) throws InterruptedException {
    if (nextCheck.isOver()) {
      nextCheck =
          time.in(unwatched.dividedBy(4).compareTo(CHECK) < 0 ? unwatched.dividedBy(4) : CHECK);
      Optional<Kept> end = ask(rest);
      if (end.isPresent()) {
        return end.get();
      }
    }
    Optional<String> why = seen();
    return why.<Kept>map(reason -> new Kept.Worse(reason, noWayBack))
        .orElseGet(() -> new Kept.Well(noWayBack));
  }

  /** The traffic hosts, for another while, and the old gateway, whether it is ready. */
  private Optional<Kept> ask(Duration rest) {
    TrafficHost.Held held = hold(rest);
    Optional<String> old = handover.notReady(expected);
    if (old.isPresent() != oldGone) {
      oldGone = old.isPresent();
      held = hold(rest);
    }
    if (held instanceof TrafficHost.Held.No(String why)) {
      return Optional.of(new Kept.Gone(why));
    }
    boolean deaf = silent.isOver();
    if (old.isPresent() || held instanceof TrafficHost.Held.Silent) {
      // Silence says something only while the others are heard.
      silent = time.in(SILENCE);
    }
    if (held instanceof TrafficHost.Held.Silent(String why)) {
      if (leaseEnd.isOver()) {
        return Optional.of(new Kept.Gone("%s, for longer than it leaves them".formatted(why)));
      }
      // Where nobody answers at all it is this controller that reaches nobody.
      if (old.isEmpty() || !deaf) {
        noWayBack =
            Optional.of(
                "%s; without it the clients go back by themselves within %d min"
                    .formatted(why, Math.ceilDiv(unwatched.toSeconds(), 60)));
      }
      return Optional.empty();
    }
    noWayBack = old;
    return deaf && old.isEmpty()
        ? Optional.of(
            new Kept.Worse(
                "%s has told nothing for %d s, and the others answer"
                    .formatted(heir, SILENCE.toSeconds()),
                noWayBack))
        : Optional.empty();
  }

  /**
   * Nobody is to be sent to a gateway that cannot take them, also when this controller dies: then
   * the traffic hosts leave them where they are to the end.
   */
  private TrafficHost.Held hold(Duration rest) {
    Duration lease = oldGone && rest.isPositive() ? unwatched.plus(rest) : unwatched;
    TrafficHost.Held held = handover.detour().hold(lease);
    if (held instanceof TrafficHost.Held.Yes) {
      leaseEnd = time.in(lease.plus(back));
    }
    return held;
  }

  /** What the clients say. */
  private Optional<String> seen() throws InterruptedException {
    if (!begun) {
      begun = true;
      observer.begin(List.copyOf(expected.interfaces().keySet()));
    }
    Optional<Observation> seen = observer.next(LOOK);
    if (seen.isEmpty()) {
      return Optional.empty();
    }
    silent = time.in(SILENCE);
    Optional<String> why = accept(seen.get());
    // What has come meanwhile belongs to the same look.
    for (Observation more : observer.all()) {
      why = why.isPresent() ? why : accept(more);
    }
    return why;
  }

  private Optional<String> accept(Observation seen) {
    if (round.isEmpty()) {
      begin(seen);
      return Optional.empty();
    }
    Watch watch = round.get();
    watch.accept(seen);
    Tally tally = watch.tally();
    Optional<String> early =
        judge.early(tally).map(Verdict.Fail::reasons).map(all -> String.join("; ", all));
    if (early.isPresent() || seen.uptime() - from < ROUND) {
      return early;
    }
    begin(seen);
    return nobody(tally);
  }

  /** Some leave in the evening; that all leave within minutes is no coincidence. */
  private static Optional<String> nobody(Tally tally) {
    return tally.eligible() >= Judge.FEWEST_CLIENTS
            && tally.count(PeerState.SILENT) == tally.eligible()
        ? Optional.of(
            "none of %d clients has been heard for %.0f s".formatted(tally.eligible(), ROUND))
        : Optional.empty();
  }

  private void begin(Observation seen) {
    from = seen.uptime();
    round =
        Optional.of(
            new Watch(
                expected.inBoot(seen.boot()),
                new Watch.Reference(seen, from, from, Sessions.LOST, "")));
  }
}
