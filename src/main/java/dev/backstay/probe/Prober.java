package dev.backstay.probe;

import dev.backstay.time.Time;
import dev.backstay.wireguard.Peering;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Probes gateways over UDP. Every probe has a port of its own, as a client that has just come. Safe
 * for use by several threads, which then wait side by side.
 */
public final class Prober {
  private final Time time;
  private final Timestamps timestamps;
  private final SecureRandom random;

  public Prober(Time time, Timestamps timestamps, SecureRandom random) {
    this.time = time;
    this.timestamps = timestamps;
    this.random = random;
  }

  /**
   * Takes as long as a round trip when all is well, and as {@link Patience} says when it is not.
   *
   * @param peering of a key that nobody else uses: a probe takes over the endpoint of its peer, and
   *     its timestamp is the one the next handshake has to be later than
   * @param ping nothing, if the handshake is all that is asked
   */
  public Outcome probe(
      InetSocketAddress gateway, Peering peering, Optional<Ping> ping, Patience patience)
      throws InterruptedException {
    return probe(Carrier.Way.UDP, gateway, peering, ping, patience);
  }

  /** The same by another way than this machine's own. */
  public Outcome probe(
      Carrier.Way way,
      InetSocketAddress gateway,
      Peering peering,
      Optional<Ping> ping,
      Patience patience)
      throws InterruptedException {
    try (Carrier wire = way.to(gateway);
        Exchange exchange = new Exchange(peering, ping, patience, timestamps, random)) {
      return carry(exchange, wire);
    } catch (IOException unreachable) {
      return new Outcome.Unreachable(words(unreachable));
    }
  }

  /**
   * Asks once more, and takes an answer from any address. WireGuard's own clients do so as well,
   * but what is on the way to most of them does not.
   *
   * @return nothing if none comes, or none from another address
   */
  public Optional<Outcome> elsewhere(InetSocketAddress gateway, Peering peering)
      throws InterruptedException {
    Patience once = Patience.usual().withTries(1);
    try (Wire wire = Wire.toAndFromAnywhere(gateway);
        Exchange exchange = new Exchange(peering, Optional.empty(), once, timestamps, random)) {
      return carry(exchange, wire).reached()
          ? wire.heardFrom()
              .filter(from -> !from.equals(gateway.getAddress()))
              .map(from -> new Outcome.Elsewhere(from.getHostAddress()))
          : Optional.empty();
    } catch (IOException unreachable) {
      return Optional.empty();
    }
  }

  private static String words(IOException failure) {
    return Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName());
  }

  private Outcome carry(Exchange exchange, Carrier wire) throws IOException, InterruptedException {
    Step step = exchange.begin(time.nanos());
    while (true) {
      if (!step.send().isEmpty()) {
        // Before, not after: an answer may be there before this thread is.
        exchange.sent(time.nanos());
      }
      Optional<Step> hindered = send(exchange, wire, step.send());
      switch (step) {
        case Step.Ended(_, var outcome) -> {
          return outcome;
        }
        case Step.Connected _ -> throw new IllegalStateException("an exchange goes on by itself");
        case Step.Wait(_, var until) ->
            step = hindered.isPresent() ? hindered.get() : next(exchange, wire, until);
      }
    }
  }

  /**
   * @return what follows, if something cannot be sent
   */
  private Optional<Step> send(Exchange exchange, Carrier wire, List<byte[]> datagrams) {
    Optional<Step> hindered = Optional.empty();
    for (byte[] datagram : datagrams) {
      try {
        if (wire.send(datagram) instanceof Carrier.Arrival.Refused) {
          hindered = Optional.of(exchange.refused(time.nanos()));
        }
      } catch (IOException unsendable) {
        hindered = hindered.or(() -> exchange.unsendable(words(unsendable)));
      }
    }
    return hindered;
  }

  private Step next(Exchange exchange, Carrier wire, long until)
      throws IOException, InterruptedException {
    Carrier.Arrival arrival = wire.receive(Duration.ofNanos(until - time.nanos()));
    long now = time.nanos();
    return switch (arrival) {
      case Carrier.Arrival.Datagram(var bytes) -> exchange.received(bytes, now);
      case Carrier.Arrival.Refused _ -> exchange.refused(now);
      case Carrier.Arrival.Nothing _ ->
          now - until >= 0 ? exchange.woken(now) : Step.Wait.until(until);
    };
  }
}
