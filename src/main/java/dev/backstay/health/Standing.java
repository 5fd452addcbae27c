package dev.backstay.health;

import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.InterfaceSample;
import dev.backstay.gateway.Observation.Sources;
import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.health.Picture.Failure;
import dev.backstay.health.Picture.Knows;
import dev.backstay.health.Picture.Peer;
import dev.backstay.health.Picture.Stranger;
import dev.backstay.wireguard.PublicKey;
import dev.backstay.wireguard.Timing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Watches how the peers of a gateway stand, whether or not anything is being changed: who has a
 * living session, who tries and does not get on, and why. Fed with every observation by one thread.
 *
 * <p>Datagrams belong to the peer that was last seen where they come from. What belongs to no peer
 * is told apart and counted for none: scanners send initiations as well.
 */
public final class Standing {
  /** Data is counted every few seconds on a gateway of many peers. */
  private static final double DATA_SEEN_LATE = 5;

  private final Map<String, Episode> asking = new HashMap<>();
  private final Map<String, Episode> called = new HashMap<>();
  private final Map<String, Double> dataSeen = new HashMap<>();
  private final Map<Peer, Flow> flows = new HashMap<>();
  private final Steady steady = new Steady();
  private final ServerKeys keys;
  private Optional<Observation> before = Optional.empty();
  private Optional<Picture> latest = Optional.empty();

  public Standing() {
    this(List.of());
  }

  /**
   * @param earlier public keys that the gateway had before, by which clients may still ask for it
   */
  public Standing(Collection<PublicKey> earlier) {
    this.keys = new ServerKeys(earlier);
  }

  /** How one peer stands; a failure is told whole. */
  private sealed interface State {
    record Connected() implements State {}

    record Idle() implements State {}

    record Trying() implements State {}

    record Failing(Failure failure) implements State {}
  }

  /**
   * Takes the next observation, and says how everybody stands by it. One that comes twice, or after
   * a later one, says nothing.
   */
  public Picture accept(Observation told) {
    Optional<Observation> next = steady.next(told);
    if (next.isEmpty() && latest.isPresent()) {
      return latest.get();
    }
    Picture picture = picture(next.orElse(told), told.clock());
    latest = Optional.of(picture);
    return picture;
  }

  private Picture picture(Observation seen, double clock) {
    if (before.map(old -> !old.boot().equals(seen.boot())).orElse(false)) {
      forgetAll();
    }
    keys.accept(seen);
    Sources past = before.map(Observation::sources).orElse(seen.sources());
    count(seen, past);
    Map<Peer, State> states = new TreeMap<>();
    Set<String> known = new HashSet<>();
    List<String> away = new ArrayList<>();
    for (Map.Entry<String, InterfaceSample> entry : seen.interfaces().entrySet()) {
      if (!entry.getValue().present()) {
        away.add(entry.getKey());
      }
      known.addAll(entry.getValue().endpoints().values());
      for (PublicKey key : entry.getValue().handshakes().keySet()) {
        Peer peer = new Peer(entry.getKey(), key);
        states.put(peer, state(peer, entry.getValue(), seen));
      }
    }
    flows.keySet().retainAll(states.keySet());
    List<String> unknown =
        asking.entrySet().stream()
            .filter(one -> !one.getValue().isOver(seen.uptime()))
            .map(Map.Entry::getKey)
            .filter(source -> !known.contains(source))
            .sorted()
            .toList();
    long initiations =
        more(seen.sources().initiationsReceived(), past.initiationsReceived())
            + more(seen.sources().initiationsSent(), past.initiationsSent());
    Picture picture =
        picture(seen, clock, states, away.stream().sorted().toList(), unknown, initiations);
    before = Optional.of(seen);
    return picture;
  }

  /** Of another boot nothing is the same, not even the time. */
  private void forgetAll() {
    asking.clear();
    called.clear();
    dataSeen.clear();
    flows.clear();
    before = Optional.empty();
  }

  private List<Stranger> strangers(List<String> unknown) {
    List<Stranger> strangers = new ArrayList<>();
    for (String source : unknown) {
      switch (keys.of(source)) {
        case THIS -> strangers.add(new Stranger(source, Knows.THIS_GATEWAY));
        case EARLIER -> strangers.add(new Stranger(source, Knows.AN_EARLIER_KEY));
        case NEITHER -> strangers.add(new Stranger(source, Knows.NOTHING));
        case UNKNOWN -> {}
      }
    }
    return strangers;
  }

  private Picture picture(
      Observation seen,
      double clock,
      Map<Peer, State> states,
      List<String> away,
      List<String> unknown,
      long initiations) {
    List<Failure> failing = new ArrayList<>();
    List<Peer> trying = new ArrayList<>();
    int connected = 0;
    int idle = 0;
    for (Map.Entry<Peer, State> entry : states.entrySet()) {
      switch (entry.getValue()) {
        case State.Connected _ -> connected++;
        case State.Idle _ -> idle++;
        case State.Trying _ -> trying.add(entry.getKey());
        case State.Failing(Failure failure) -> failing.add(failure);
      }
    }
    failing.sort(Comparator.comparingDouble(Failure::seconds).reversed());
    return new Picture(
        clock,
        failing,
        trying,
        connected,
        idle,
        away,
        unknown.size(),
        strangers(unknown),
        initiations,
        confirmed(seen),
        seen.counted(),
        seen.beyond().lacks());
  }

  private void count(Observation seen, Sources past) {
    Sources now = seen.sources();
    double uptime = seen.uptime();
    for (String source : both(now.initiationsReceived(), asking)) {
      Episode next =
          asking
              .getOrDefault(source, Episode.NONE)
              .with(
                  uptime,
                  more(now.initiationsReceived(), past.initiationsReceived(), source),
                  more(now.responsesSent(), past.responsesSent(), source),
                  more(now.cookiesSent(), past.cookiesSent(), source));
      asking.put(source, next);
    }
    for (String source : both(now.initiationsSent(), called)) {
      Episode next =
          called
              .getOrDefault(source, Episode.NONE)
              .with(
                  uptime,
                  more(now.initiationsSent(), past.initiationsSent(), source),
                  more(now.responsesReceived(), past.responsesReceived(), source),
                  0);
      called.put(source, next);
    }
    for (String source : now.dataReceived().keySet()) {
      if (more(now.dataReceived(), past.dataReceived(), source) > 0) {
        dataSeen.put(source, uptime);
      }
    }
    forget(seen);
  }

  private static Set<String> both(Map<String, Long> counts, Map<String, Episode> episodes) {
    Set<String> sources = new HashSet<>(counts.keySet());
    sources.addAll(episodes.keySet());
    return sources;
  }

  /** What the packet filter has forgotten after its own time is forgotten here. */
  private void forget(Observation seen) {
    forget(asking, seen.sources().initiationsReceived(), seen.uptime());
    forget(called, seen.sources().initiationsSent(), seen.uptime());
    dataSeen.keySet().retainAll(seen.sources().dataReceived().keySet());
  }

  private static void forget(Map<String, Episode> episodes, Map<String, Long> counts, double now) {
    episodes
        .entrySet()
        .removeIf(one -> one.getValue().isOver(now) && !counts.containsKey(one.getKey()));
  }

  private State state(Peer peer, InterfaceSample sample, Observation seen) {
    String endpoint = sample.endpoints().getOrDefault(peer.key(), "");
    long handshake = sample.handshakes().getOrDefault(peer.key(), 0L);
    boolean alive = handshake > 0 && seen.clock() - handshake < Timing.REJECT_AFTER.toSeconds();
    Flow flow = flow(peer, sample, endpoint, seen);
    if (alive && flow.isStalled()) {
      return failing(peer, flow.why(), endpoint, 0, seen.uptime() - flow.since());
    }
    Episode asks = open(asking, endpoint, handshake, seen);
    if (asks.isFailing(seen.uptime())) {
      return failing(peer, why(asks, endpoint), endpoint, asks, seen);
    }
    Episode calls = open(called, endpoint, handshake, seen);
    if (calls.isFailing(seen.uptime())) {
      return failing(peer, whyCalled(calls, endpoint), endpoint, calls, seen);
    }
    // A session is renewed by one initiation; only a second one says that the first went wrong.
    long tries = Math.max(asks.initiations(), calls.initiations());
    if (tries > (alive ? 1 : 0)) {
      return new State.Trying();
    }
    return alive ? new State.Connected() : new State.Idle();
  }

  /**
   * The attempts that go on and have had no success; none if they have ended or succeeded. A
   * success ends them: what is asked after it is asked anew, also when it comes at once.
   */
  private static Episode open(
      Map<String, Episode> episodes, String endpoint, long handshake, Observation seen) {
    Episode episode = episodes.getOrDefault(endpoint, Episode.NONE);
    if (episode.isOver(seen.uptime())) {
      return Episode.NONE;
    }
    double clockAtLast = seen.clock() - (seen.uptime() - episode.last());
    if (handshake >= clockAtLast - Episode.ANSWERED_WITHIN) {
      episodes.put(endpoint, Episode.NONE);
      return Episode.NONE;
    }
    return episode;
  }

  private Flow flow(Peer peer, InterfaceSample sample, String endpoint, Observation seen) {
    long packets = seen.sources().dataReceived().getOrDefault(endpoint, 0L);
    long bytes = sample.transfer().getOrDefault(peer.key(), new Transfer(0, 0)).received();
    long errors = sample.rxErrors();
    Flow flow =
        Optional.ofNullable(flows.get(peer))
            .map(old ->
                seen.beyond().flows() ? old.with(seen.uptime(), packets, bytes, errors) : old)
            .orElseGet(() -> Flow.from(seen.uptime(), packets, bytes, errors));
    flows.put(peer, flow);
    return flow;
  }

  private Cause why(Episode asks, String endpoint) {
    if (asks.answers() > 0) {
      return Cause.UNCONFIRMED;
    }
    return asks.cookies() > 0 ? Cause.OVERLOAD : keys.whyRejected(endpoint);
  }

  private Cause whyCalled(Episode calls, String endpoint) {
    if (calls.answers() > 0) {
      return Cause.UNCONFIRMED;
    }
    // What came just before the call may have been counted just after it.
    double since = calls.began() + DATA_SEEN_LATE;
    return dataSeen.getOrDefault(endpoint, Double.NEGATIVE_INFINITY) >= since
        ? Cause.OLD_SESSION
        : Cause.SILENT;
  }

  private static State failing(
      Peer peer, Cause why, String endpoint, Episode episode, Observation seen) {
    return failing(peer, why, endpoint, episode.initiations(), seen.uptime() - episode.began());
  }

  private static State failing(
      Peer peer, Cause why, String endpoint, long initiations, double seconds) {
    return new State.Failing(new Failure(peer, why, endpoint, initiations, seconds));
  }

  private long confirmed(Observation seen) {
    long confirmed = 0;
    for (Map.Entry<String, InterfaceSample> entry : seen.interfaces().entrySet()) {
      Map<PublicKey, Long> past =
          before
              .map(old -> old.interfaces().get(entry.getKey()))
              .map(InterfaceSample::handshakes)
              .orElse(entry.getValue().handshakes());
      confirmed +=
          entry.getValue().handshakes().entrySet().stream()
              .filter(one -> one.getValue() > past.getOrDefault(one.getKey(), 0L))
              .count();
    }
    return confirmed;
  }

  private static long more(Map<String, Long> now, Map<String, Long> past) {
    return now.keySet().stream().mapToLong(source -> more(now, past, source)).sum();
  }

  /** A count that is lower than before was begun anew. */
  private static long more(Map<String, Long> now, Map<String, Long> past, String source) {
    long is = now.getOrDefault(source, 0L);
    long was = past.getOrDefault(source, 0L);
    return is >= was ? is - was : is;
  }
}
