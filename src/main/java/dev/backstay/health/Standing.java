package dev.backstay.health;

import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.InterfaceSample;
import dev.backstay.gateway.Observation.Sources;
import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.health.Picture.Failure;
import dev.backstay.health.Picture.Peer;
import dev.backstay.wireguard.PublicKey;
import dev.backstay.wireguard.Timing;
import java.util.ArrayList;
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
  private final Map<String, Episode> asking = new HashMap<>();
  private final Map<String, Episode> called = new HashMap<>();
  private final Map<String, Double> dataSeen = new HashMap<>();
  private final Map<Peer, Flow> flows = new HashMap<>();
  private Optional<Observation> before = Optional.empty();

  /** How one peer stands; a failure is told whole. */
  private sealed interface State {
    record Connected() implements State {}

    record Idle() implements State {}

    record Trying() implements State {}

    record Failing(Failure failure) implements State {}
  }

  /** Takes the next observation, and says how everybody stands by it. */
  public Picture accept(Observation seen) {
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
    long unknown =
        asking.entrySet().stream()
            .filter(one -> !one.getValue().isOver(seen.uptime()))
            .filter(one -> !known.contains(one.getKey()))
            .count();
    long initiations =
        more(seen.sources().initiationsReceived(), past.initiationsReceived())
            + more(seen.sources().initiationsSent(), past.initiationsSent());
    Picture picture =
        picture(seen, states, away.stream().sorted().toList(), (int) unknown, initiations);
    before = Optional.of(seen);
    return picture;
  }

  private Picture picture(
      Observation seen, Map<Peer, State> states, List<String> away, int unknown, long initiations) {
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
        seen.clock(),
        failing,
        trying,
        connected,
        idle,
        away,
        unknown,
        initiations,
        confirmed(seen),
        seen.counted());
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
      return failing(peer, Cause.STALLED, endpoint, 0, seen.uptime() - flow.since());
    }
    Episode asks = open(asking, endpoint, handshake, seen);
    if (asks.isFailing(seen.uptime())) {
      return failing(peer, why(asks), endpoint, asks, seen);
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
    Flow flow =
        Optional.ofNullable(flows.get(peer))
            .map(old -> old.with(seen.uptime(), packets, bytes))
            .orElseGet(() -> Flow.from(seen.uptime(), packets, bytes));
    flows.put(peer, flow);
    return flow;
  }

  private static Cause why(Episode asks) {
    if (asks.answers() > 0) {
      return Cause.UNCONFIRMED;
    }
    return asks.cookies() > 0 ? Cause.OVERLOAD : Cause.REJECTED;
  }

  private Cause whyCalled(Episode calls, String endpoint) {
    if (calls.answers() > 0) {
      return Cause.UNCONFIRMED;
    }
    return dataSeen.getOrDefault(endpoint, Double.NEGATIVE_INFINITY) >= calls.began()
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
