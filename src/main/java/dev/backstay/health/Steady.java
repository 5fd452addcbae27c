package dev.backstay.health;

import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.InterfaceSample;
import dev.backstay.gateway.Observation.Sources;
import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.wireguard.PublicKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The observations of a gateway as if nobody had ever set its clock or begun its counters anew, and
 * each of them once and in order. What the clock shows is measured by the uptime from the first
 * observation on. For one thread.
 */
final class Steady {
  /** Handshakes have whole seconds, and clock and uptime are read one after the other. */
  private static final double SKEW = 2;

  private final Set<String> leftBoots = new HashSet<>();
  private final Map<String, Map<PublicKey, Shaken>> shaken = new HashMap<>();
  private final Map<String, Map<PublicKey, Moved>> moved = new HashMap<>();
  private Optional<Observation> raw = Optional.empty();
  private Sources counts = Sources.none();
  private double latest = Double.NEGATIVE_INFINITY;
  private double clockAtBoot;
  private double clockAtBootBefore;

  /** A handshake as the gateway tells it, and by the even clock. */
  private record Shaken(long told, long even) {}

  /** Bytes as the gateway tells them, and without a step back. */
  private record Moved(Transfer told, Transfer even) {}

  /** Begins with the clock and the counters of an observation, which may be told once more. */
  void begin(Observation from) {
    next(from);
    latest = Double.NEGATIVE_INFINITY;
  }

  /** Empty for one that was seen already, or that is older than one that was. */
  Optional<Observation> next(Observation seen) {
    boolean first = raw.isEmpty();
    boolean sameBoot = raw.map(old -> old.boot().equals(seen.boot())).orElse(false);
    if (leftBoots.contains(seen.boot()) || (sameBoot && seen.uptime() <= latest)) {
      return Optional.empty();
    }
    latest = seen.uptime();
    double now = seen.clock() - seen.uptime();
    if (!sameBoot) {
      raw.ifPresent(old -> leftBoots.add(old.boot()));
      clockAtBoot = now;
      clockAtBootBefore = now;
      shaken.clear();
      moved.clear();
    }
    counts = first ? seen.sources() : onward(seen.sources());
    Map<String, InterfaceSample> samples = new HashMap<>();
    seen.interfaces().forEach((name, sample) -> samples.put(name, even(name, sample, seen, now)));
    clockAtBootBefore = now;
    raw = Optional.of(seen);
    return Optional.of(
        new Observation(
            clockAtBoot + seen.uptime(),
            seen.uptime(),
            seen.boot(),
            seen.srcversion(),
            samples,
            seen.counted(),
            counts,
            seen.beyond()));
  }

  private InterfaceSample even(String name, InterfaceSample sample, Observation seen, double now) {
    Map<PublicKey, Shaken> handshakes = new HashMap<>();
    Map<PublicKey, Shaken> known = shaken.getOrDefault(name, Map.of());
    sample
        .handshakes()
        .forEach((key, told) -> {
          Optional<Shaken> before = Optional.ofNullable(known.get(key));
          handshakes.put(
              key,
              before
                  .filter(old -> old.told() == told)
                  .orElseGet(() -> new Shaken(told, even(told, seen, now))));
        });
    Map<PublicKey, Moved> bytes = new HashMap<>();
    Map<PublicKey, Moved> counted = moved.getOrDefault(name, Map.of());
    sample
        .transfer()
        .forEach((key, told) ->
            bytes.put(
                key,
                Optional.ofNullable(counted.get(key))
                    .map(old -> onward(old, told))
                    .orElseGet(() -> new Moved(told, told))));
    if (sample.present()) {
      shaken.put(name, handshakes);
      moved.put(name, bytes);
    }
    Map<PublicKey, Long> evenHandshakes = new HashMap<>();
    handshakes.forEach((key, one) -> evenHandshakes.put(key, one.even()));
    Map<PublicKey, Transfer> evenBytes = new HashMap<>();
    bytes.forEach((key, one) -> evenBytes.put(key, one.even()));
    return new InterfaceSample(
        sample.present(),
        sample.publicKey(),
        sample.port(),
        evenHandshakes,
        evenBytes,
        sample.endpoints(),
        sample.rxErrors());
  }

  /** One that would lie ahead was noted just before the clock was set back. */
  private long even(long told, Observation seen, double now) {
    if (told == 0) {
      return 0;
    }
    double byNow = told - now;
    double uptime = byNow > seen.uptime() + SKEW ? told - clockAtBootBefore : byNow;
    return Math.round(clockAtBoot + uptime);
  }

  private static Moved onward(Moved before, Transfer told) {
    Transfer was = before.told();
    Transfer even = before.even();
    return new Moved(
        told,
        new Transfer(
            even.received() + more(told.received(), was.received()),
            even.sent() + more(told.sent(), was.sent())));
  }

  private Sources onward(Sources told) {
    Sources was = raw.map(Observation::sources).orElse(Sources.none());
    return new Sources(
        onward(counts.initiationsReceived(), was.initiationsReceived(), told.initiationsReceived()),
        onward(counts.responsesSent(), was.responsesSent(), told.responsesSent()),
        onward(counts.cookiesSent(), was.cookiesSent(), told.cookiesSent()),
        onward(counts.initiationsSent(), was.initiationsSent(), told.initiationsSent()),
        onward(counts.responsesReceived(), was.responsesReceived(), told.responsesReceived()),
        onward(counts.dataReceived(), was.dataReceived(), told.dataReceived()));
  }

  /** Sources that the packet filter has forgotten are forgotten here too. */
  private static Map<String, Long> onward(
      Map<String, Long> even, Map<String, Long> was, Map<String, Long> told) {
    Map<String, Long> onward = new HashMap<>();
    told.forEach((source, count) ->
        onward.put(
            source, even.getOrDefault(source, 0L) + more(count, was.getOrDefault(source, 0L))));
    return onward;
  }

  /** A count that is lower than before was begun anew. */
  private static long more(long told, long was) {
    return told >= was ? told - was : told;
  }
}
