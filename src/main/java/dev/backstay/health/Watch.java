package dev.backstay.health;

import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.InterfaceSample;
import dev.backstay.gateway.Observation.Sources;
import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.health.Baseline.ActivePeer;
import dev.backstay.health.Baseline.InterfaceIdentity;
import dev.backstay.wireguard.PublicKey;
import dev.backstay.wireguard.Timing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Folds the observations after a change into one state per client. Fed by one thread.
 *
 * <p>What is compared is always this gateway with itself: its uptime orders events, its wall clock
 * is only held against handshake times that the same clock made.
 */
public final class Watch {
  private final Baseline baseline;
  private final Reference reference;
  private final Map<ActivePeer, PeerWatch> peers = new TreeMap<>();
  private final Map<Violation, Integer> broken = new LinkedHashMap<>();
  private final Steady steady = new Steady();
  private final ServerKeys keys = new ServerKeys(List.of());
  private boolean counted;
  private Optional<Observation> latest = Optional.empty();

  /**
   * What the gateway was like at the moment of the change.
   *
   * @param before the last observation before the change began
   * @param cut uptime in seconds when the change took effect: nothing that happened before counts
   * @param ready uptime in seconds when the interfaces were there again; nobody can be late before
   * @param sessions what became of the sessions at that moment
   * @param srcversion the module that must be loaded now; empty to accept any
   */
  public record Reference(
      Observation before, double cut, double ready, Sessions sessions, String srcversion) {}

  /** What a change does to the sessions that were open. */
  public enum Sessions {
    /** They live on; nobody needs a new handshake. */
    KEPT,
    /**
     * They live on, but clients have to learn where the gateway listens now: back is who is heard
     * there.
     */
    MOVED,
    /** They are gone; clients come back when they notice. */
    LOST,
    /** They are gone, and the gateway called its peers itself. */
    LOST_AND_CALLED
  }

  public Watch(Baseline baseline, Reference reference) {
    this.baseline = baseline;
    this.reference = reference;
    this.counted = reference.before().counted();
    // Its key may be another one from now on; what was counted is counted on from there.
    keys.accept(reference.before());
    steady.begin(reference.before());
    baseline.active().forEach(peer -> peers.put(peer, new PeerWatch(peer, reference)));
  }

  /**
   * Takes the next observation. One from before the change is ignored, and one that comes twice or
   * after a later one.
   */
  public void accept(Observation told) {
    steady.next(told).ifPresent(this::take);
  }

  private void take(Observation seen) {
    keys.accept(seen);
    if (seen.uptime() < reference.cut() && seen.boot().equals(baseline.boot())) {
      return;
    }
    latest = Optional.of(seen);
    counted &= seen.counted();
    peers.values().forEach(peer -> peer.accept(seen));
    List<Violation> found = violations(seen);
    found.forEach(violation -> broken.merge(violation, 1, Integer::sum));
    broken.keySet().retainAll(found);
  }

  /** The boot of the gateway in which all this is. */
  public String boot() {
    return baseline.boot();
  }

  /** Counts and names as of the last observation. */
  public Tally tally() {
    Map<PeerState, List<ActivePeer>> byState = new TreeMap<>();
    for (PeerState state : PeerState.values()) {
      byState.put(state, new ArrayList<>());
    }
    peers.forEach((peer, watch) -> byState.getOrDefault(watch.state(), List.of()).add(peer));
    return new Tally(
        byState,
        broken.entrySet().stream()
            .filter(e -> e.getValue() >= e.getKey().samples())
            .map(e -> e.getKey().text())
            .toList(),
        latest.map(seen -> seen.uptime() - reference.cut()).orElse(0.0),
        counted,
        Math.max(0, peers.values().stream().mapToDouble(PeerWatch::backAfter).max().orElse(0)),
        latest.map(this::matured).orElse(List.of()),
        latest.map(this::missing).orElse(List.of()),
        latest.map(seen -> seen.beyond().lacks()).orElse(List.of()));
  }

  private List<Cohort> matured(Observation now) {
    Map<Integer, Sample> bySecond = new TreeMap<>();
    for (PeerWatch peer : peers.values()) {
      OptionalDouble due = peer.due(now.uptime());
      if (due.isPresent()) {
        int second = (int) Math.ceil(Math.max(0, due.getAsDouble() - reference.cut()));
        Sample one = new Sample(1, peer.state() == PeerState.FAILED ? 1 : 0);
        bySecond.merge(second, one, Sample::plus);
      }
    }
    return bySecond.entrySet().stream()
        .map(e -> new Cohort(e.getKey(), e.getValue().clients(), e.getValue().lost()))
        .toList();
  }

  private List<Missing> missing(Observation now) {
    return peers.values().stream()
        .filter(peer -> peer.state() != PeerState.BACK)
        .map(peer -> peer.missing(now, counted, keys))
        .toList();
  }

  /**
   * The collector asks for the port every other time only ({@code src/main/sh/observe}) and repeats
   * what it was told in between: so long it may tell the port from before a change.
   */
  private static final int PORT_SAMPLES = 4;

  /**
   * What must not be.
   *
   * @param samples in a row that must show it
   */
  private record Violation(String text, int samples) {
    /** One odd second may be the moment in which an interface is being made again. */
    static Violation of(String text) {
      return new Violation(text, 2);
    }
  }

  private List<Violation> violations(Observation seen) {
    List<Violation> found = new ArrayList<>();
    if (!seen.boot().equals(baseline.boot())) {
      found.add(Violation.of("the gateway has rebooted"));
    }
    if (!reference.srcversion().isEmpty() && !seen.srcversion().equals(reference.srcversion())) {
      found.add(
          Violation.of(
              "the loaded module is %s, planned was %s"
                  .formatted(
                      seen.srcversion().isEmpty() ? "none" : seen.srcversion(),
                      reference.srcversion())));
    }
    baseline.interfaces().forEach((name, was) -> identity(name, was, seen).ifPresent(found::add));
    return found;
  }

  private static Optional<Violation> identity(
      String name, InterfaceIdentity was, Observation seen) {
    InterfaceSample now = seen.interfaces().get(name);
    if (now == null || !now.present()) {
      return Optional.of(Violation.of("interface " + name + " is gone"));
    }
    if (!now.publicKey().equals(was.publicKey())) {
      return Optional.of(Violation.of("interface " + name + " has another key"));
    }
    if (was.port() != 0 && now.port() != was.port()) {
      return Optional.of(
          new Violation(
              "interface %s listens on %d, not %d".formatted(name, now.port(), was.port()),
              PORT_SAMPLES));
    }
    if (!now.handshakes().keySet().equals(was.peers())) {
      return Optional.of(Violation.of("interface " + name + " has other peers than before"));
    }
    return Optional.empty();
  }

  /** One client. */
  private static final class PeerWatch {
    private final ActivePeer peer;
    private final Reference reference;
    private final long handshakeBefore;
    private long initiationsBefore;
    private long cookiesBefore;
    private long cookiesSeen;
    private OptionalDouble putOff = OptionalDouble.empty();
    private OptionalDouble asked = OptionalDouble.empty();
    private Optional<Flow> back = Optional.empty();
    private PeerState state = PeerState.WAITING;
    private double backAfter;

    PeerWatch(ActivePeer peer, Reference reference) {
      this.peer = peer;
      this.reference = reference;
      this.handshakeBefore = handshake(reference.before(), peer);
      this.initiationsBefore = initiations(reference.before());
      this.cookiesBefore = cookies(reference.before());
      this.cookiesSeen = cookiesBefore;
    }

    PeerState state() {
      return state;
    }

    double backAfter() {
      return backAfter;
    }

    void accept(Observation seen) {
      if (back.isPresent()) {
        if (seen.beyond().flows()) {
          back =
              back.map(flow -> flow.with(seen.uptime(), packets(seen), bytes(seen), errors(seen)));
        }
      } else if (shookHands(seen)) {
        back = Optional.of(Flow.from(seen.uptime(), packets(seen), bytes(seen), errors(seen)));
        backAfter = backAfter(seen);
      }
      noteAsking(seen);
      notePuttingOff(seen);
      state = back.map(PeerWatch::afterHandshake).orElseGet(() -> beforeHandshake(seen));
    }

    /**
     * Newer than the change by the gateway's own clock; whole seconds, so the cut's second counts.
     */
    private boolean shookHands(Observation seen) {
      if (reference.sessions() == Sessions.KEPT) {
        return true;
      }
      if (reference.sessions() == Sessions.MOVED && heard(seen)) {
        return true;
      }
      long now = handshake(seen, peer);
      double clockOfCut = seen.clock() - (seen.uptime() - reference.cut());
      return now > handshakeBefore && now >= Math.floor(clockOfCut);
    }

    /** Bytes that were decrypted after the change. */
    private boolean heard(Observation seen) {
      long before =
          Optional.ofNullable(reference.before().interfaces().get(peer.network()))
              .map(sample -> received(sample, peer.key()))
              .orElse(0L);
      return sample(seen).map(s -> received(s, peer.key()) > before).orElse(false);
    }

    /**
     * At the latest: the second of the handshake has ended by then, and so had this observation's.
     * Observations may be seconds apart on a busy gateway; the kernel notes the second itself. Of
     * who was heard without a handshake it notes none.
     */
    private double backAfter(Observation seen) {
      if (reference.sessions() == Sessions.KEPT) {
        return 0;
      }
      double sinceCut = seen.uptime() - reference.cut();
      double clockOfCut = seen.clock() - sinceCut;
      double handshake = handshake(seen, peer) + 1 - clockOfCut;
      return handshake > 0 ? Math.min(sinceCut, handshake) : sinceCut;
    }

    private static PeerState afterHandshake(Flow flow) {
      return flow.isStalled() ? PeerState.STALLED : PeerState.BACK;
    }

    private PeerState beforeHandshake(Observation seen) {
      if (asksInVain(seen)) {
        return PeerState.FAILED;
      }
      if (seen.uptime() - reference.ready() < deadline() || isPutOff(seen.uptime())) {
        return PeerState.WAITING;
      }
      return grew(seen, sources -> sources.received(peer.endpoint()))
          ? PeerState.FAILED
          : PeerState.SILENT;
    }

    /**
     * The first handshake since the interfaces were there: when it was seen to be asked for. Of
     * clients that the gateway calls it is known beforehand. What came while the interfaces were
     * away could not be answered.
     */
    private void noteAsking(Observation seen) {
      if (seen.uptime() < reference.ready()) {
        initiationsBefore = initiations(seen);
        cookiesBefore = cookies(seen);
      } else if (asked.isEmpty()) {
        if (called()) {
          asked = OptionalDouble.of(reference.ready());
        } else if (back.isPresent() || initiations(seen) > initiationsBefore) {
          asked = OptionalDouble.of(seen.uptime());
        }
      }
    }

    /** A cookie means: ask again. It is no answer, and no failure either. */
    private void notePuttingOff(Observation seen) {
      if (cookies(seen) > cookiesSeen) {
        putOff = OptionalDouble.of(seen.uptime());
      }
      cookiesSeen = cookies(seen);
    }

    /** Whether its next attempt, which is to bring the cookie back, was not due yet. */
    private boolean isPutOff(double now) {
      return putOff.isPresent()
          && now - putOff.getAsDouble() < Timing.REKEY_TIMEOUT.multipliedBy(2).toSeconds();
    }

    /** What was answered with a cookie was not in vain (wireguard.md §1.10). */
    private boolean asksInVain(Observation seen) {
      long attempts = initiations(seen) - initiationsBefore - (cookies(seen) - cookiesBefore);
      return attempts >= Episode.FAILED_AFTER
          && asked.isPresent()
          && seen.uptime() - asked.getAsDouble() >= Timing.THREE_INITIATIONS.toSeconds();
    }

    /**
     * Uptime at which its outcome was due, if it was. Who was never heard of is no case of a
     * handshake that failed.
     */
    OptionalDouble due(double now) {
      boolean decided =
          switch (state) {
            case BACK, STALLED, FAILED -> true;
            case SILENT, WAITING -> false;
          };
      double due =
          asked.orElse(reference.ready() + deadline() - Timing.THREE_INITIATIONS.toSeconds())
              + Timing.THREE_INITIATIONS.toSeconds();
      return decided && due <= now ? OptionalDouble.of(due) : OptionalDouble.empty();
    }

    Missing missing(Observation now, boolean counted, ServerKeys keys) {
      return new Missing(peer, state, cause(now, counted, keys), handshakeBefore);
    }

    private Cause cause(Observation now, boolean counted, ServerKeys keys) {
      return switch (state) {
        case STALLED -> back.map(Flow::why).orElse(Cause.STALLED);
        case WAITING, BACK -> isPutOff(now.uptime()) ? Cause.OVERLOAD : Cause.OPEN;
        case SILENT -> counted ? Cause.SILENT : Cause.UNKNOWN;
        case FAILED -> {
          String at = peer.endpoint();
          boolean answered =
              grew(now, sources -> sources.responsesSent().getOrDefault(at, 0L))
                  || grew(now, sources -> sources.responsesReceived().getOrDefault(at, 0L));
          if (answered) {
            yield Cause.UNCONFIRMED;
          }
          if (grew(now, sources -> sources.cookiesSent().getOrDefault(at, 0L))) {
            yield Cause.OVERLOAD;
          }
          yield initiations(now) > initiationsBefore ? keys.whyRejected(at) : Cause.OLD_SESSION;
        }
      };
    }

    private boolean grew(Observation now, ToLongFunction<Sources> count) {
      return count.applyAsLong(now.sources()) > count.applyAsLong(reference.before().sources());
    }

    private long cookies(Observation seen) {
      return seen.sources().cookiesSent().getOrDefault(peer.endpoint(), 0L);
    }

    private long initiations(Observation seen) {
      return seen.sources().initiationsReceived().getOrDefault(peer.endpoint(), 0L);
    }

    /**
     * Seconds after the interfaces were there by which this client must have shaken hands. Called
     * by the gateway: three initiations. Left alone, a client that only keeps alive goes on under
     * its old key until that is {@link Timing#REJECT_AFTER} old, and asks at its next keepalive.
     * Who asks sooner has failed sooner ({@link #asksInVain}).
     */
    private double deadline() {
      return called()
          ? Timing.THREE_INITIATIONS.toSeconds()
          : Timing.REJECT_AFTER.plus(Timing.USUAL_KEEPALIVE).toSeconds();
    }

    private boolean called() {
      return reference.sessions() == Sessions.LOST_AND_CALLED && !peer.endpoint().isEmpty();
    }

    private long packets(Observation seen) {
      return seen.sources().dataReceived().getOrDefault(endpoint(seen), 0L);
    }

    private long bytes(Observation seen) {
      return sample(seen).map(s -> received(s, peer.key())).orElse(0L);
    }

    private long errors(Observation seen) {
      return sample(seen).map(InterfaceSample::rxErrors).orElse(0L);
    }

    private String endpoint(Observation seen) {
      return sample(seen)
          .map(s -> s.endpoints().getOrDefault(peer.key(), peer.endpoint()))
          .orElse(peer.endpoint());
    }

    private Optional<InterfaceSample> sample(Observation seen) {
      return Optional.ofNullable(seen.interfaces().get(peer.network()));
    }

    private static long received(InterfaceSample sample, PublicKey key) {
      return sample.transfer().getOrDefault(key, new Transfer(0, 0)).received();
    }

    private static long handshake(Observation seen, ActivePeer peer) {
      return Optional.ofNullable(seen.interfaces().get(peer.network()))
          .map(s -> s.handshakes().getOrDefault(peer.key(), 0L))
          .orElse(0L);
    }
  }
}
