package dev.backstay.probe;

import dev.backstay.wireguard.MessageType;
import dev.backstay.wireguard.Session;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks through the tunnel: a small and a full-size packet at once, so that their fates tell what is
 * wrong.
 *
 * <ul>
 *   <li>The large one is answered: everything works.
 *   <li>Only the small one is: the largest size that passes is looked for.
 *   <li>None is: a gateway that got them, and has nothing to say, sends a keepalive ten seconds
 *       later ({@code wg_timers_data_received}). If it comes, the session is confirmed and only the
 *       ping is not answered; if not, data is lost.
 * </ul>
 */
final class Pinging implements Stage {
  /** Enough for both families, and less than any link takes. */
  private static final int SMALL = 64;

  private static final int IDENTIFIERS = 1 << 16;

  private final Session session;
  private final Handshake handshake;
  private final Ping ping;
  private final Patience patience;
  private final int identifier;

  private final Map<Integer, Sent> pings = new HashMap<>();
  private final List<Integer> unsent = new ArrayList<>();
  private final TreeMap<Integer, Duration> passed = new TreeMap<>();
  private List<Integer> sizes = List.of();
  private Phase phase = Phase.BOTH;
  private int round;
  private int sequence;
  private int lost;
  private boolean underWay;

  /** When the first data left. */
  private long begun;

  private long until;
  private Optional<Duration> confirmed = Optional.empty();
  private Optional<String> refusal = Optional.empty();

  private enum Phase {
    BOTH,
    /** Small ones pass: how large may they be? */
    NARROWING,
    /** No ping is answered: does anything come at all? */
    LISTENING
  }

  private record Sent(int bytes, long at) {}

  /**
   * @param session taken over
   */
  Pinging(Session session, Handshake handshake, Ping ping, Patience patience, SecureRandom random) {
    this.session = session;
    this.handshake = handshake;
    this.ping = ping;
    this.patience = patience;
    this.identifier = random.nextInt(IDENTIFIERS);
    this.lost = ping.mtu();
  }

  /** The keepalive first: it is what a client sends at once, and all that a gateway waits for. */
  @Override
  public Step begin(long now) {
    begun = now;
    sizes = List.of(SMALL, ping.mtu());
    List<byte[]> send = new ArrayList<>();
    send.add(session.keepalive());
    send.addAll(askForAll(now));
    return new Step.Wait(send, until);
  }

  @Override
  public void sent(long now) {
    if (!underWay) {
      underWay = true;
      begun = now;
    }
    unsent.forEach(one -> pings.computeIfPresent(one, (_, was) -> new Sent(was.bytes(), now)));
    unsent.clear();
  }

  @Override
  public Step received(byte[] datagram, long now) {
    boolean data = MessageType.of(datagram).filter(MessageType.DATA::equals).isPresent();
    Optional<byte[]> packet = data ? session.open(datagram) : Optional.empty();
    if (packet.isEmpty()) {
      return Step.Wait.until(until);
    }
    if (confirmed.isEmpty()) {
      confirmed = Optional.of(Duration.ofNanos(now - begun));
    }
    Echo.read(packet.get()).ifPresent(heard -> hear(heard, now));
    return after(now);
  }

  private void hear(Echo.Heard heard, long now) {
    switch (heard) {
      case Echo.Heard.Reply(var id, var number, var bytes) -> {
        Optional<Sent> sent = Optional.ofNullable(pings.get(number));
        // One that came back shorter was cut on its way.
        if (id == identifier && sent.isPresent() && sent.get().bytes() == bytes) {
          passed.putIfAbsent(bytes, Duration.ofNanos(now - sent.get().at()));
        }
      }
      case Echo.Heard.Refusal(var words) -> refusal = Optional.of(words);
    }
  }

  private Step after(long now) {
    if (passed.containsKey(ping.mtu())) {
      return end(
          new Outcome.Whole(
              handshake, confirmed.orElseThrow(), passed.get(ping.mtu()), ping.mtu()));
    }
    return switch (phase) {
      case BOTH -> refusal.isPresent() && passed.isEmpty() ? unpinged() : Step.Wait.until(until);
      case NARROWING -> passed.keySet().containsAll(sizes) ? narrow(now) : Step.Wait.until(until);
      // A ping may be answered late, and then says more than a keepalive.
      case LISTENING -> passed.isEmpty() ? unpinged() : narrow(now);
    };
  }

  @Override
  public Step woken(long now) {
    return switch (phase) {
      case BOTH, NARROWING -> round < patience.pings() ? again(now) : given(now);
      case LISTENING -> end(new Outcome.Stalled(handshake, Duration.ofNanos(now - begun)));
    };
  }

  private Step again(long now) {
    return new Step.Wait(askForAll(now), until);
  }

  /** What has not passed by now is lost. */
  private Step given(long now) {
    if (!passed.isEmpty()) {
      return narrow(now);
    }
    if (confirmed.isPresent()) {
      return unpinged();
    }
    phase = Phase.LISTENING;
    until = begun + patience.keepalive().toNanos();
    return Step.Wait.until(until);
  }

  private Step narrow(long now) {
    if (phase == Phase.NARROWING) {
      sizes.stream()
          .filter(size -> !passed.containsKey(size) && size > passed.lastKey())
          .forEach(size -> lost = Math.min(lost, size));
    }
    phase = Phase.NARROWING;
    sizes = Sizes.between(passed.lastKey(), lost);
    round = 0;
    return sizes.isEmpty()
        ? end(
            new Outcome.Narrow(
                handshake,
                confirmed.orElseThrow(),
                passed.lastEntry().getValue(),
                passed.lastKey(),
                ping.mtu()))
        : again(now);
  }

  private Step unpinged() {
    return end(new Outcome.Unpinged(handshake, confirmed.orElseThrow(), refusal));
  }

  private static Step end(Outcome outcome) {
    return new Step.Ended(outcome);
  }

  /** Of those sizes that have not passed. */
  private List<byte[]> askForAll(long now) {
    round++;
    until = now + patience.echo().toNanos();
    return sizes.stream()
        .filter(size -> !passed.containsKey(size))
        .map(size -> ask(size, now))
        .toList();
  }

  private byte[] ask(int bytes, long now) {
    sequence++;
    pings.put(sequence, new Sent(bytes, now));
    unsent.add(sequence);
    return session.seal(Echo.request(ping, identifier, sequence, bytes), ping.mtu());
  }

  @Override
  public void close() {
    session.close();
  }
}
