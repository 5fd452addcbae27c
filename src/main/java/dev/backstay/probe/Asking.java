package dev.backstay.probe;

import dev.backstay.wireguard.Answer;
import dev.backstay.wireguard.Cookie;
import dev.backstay.wireguard.Initiator;
import dev.backstay.wireguard.MessageType;
import dev.backstay.wireguard.Peering;
import dev.backstay.wireguard.Timing;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks for a handshake, again and again as WireGuard does: each time with a new initiation. Only a
 * cookie is not kept until the next try but answered at once, so that load costs a probe no five
 * seconds.
 */
final class Asking implements Stage {
  /** Twice what a responder needs to take the next initiation (field guide, §4.2). */
  private static final Duration SPACING = Timing.INITIATION_SPACING.multipliedBy(2);

  private final Peering peering;
  private final Patience patience;
  private final Timestamps timestamps;
  private final SecureRandom random;

  private Optional<Initiator> asked = Optional.empty();
  private Optional<Proof> proof = Optional.empty();
  private int tries;
  private int initiations;
  private int cookies;
  private long begun;
  private long sent;
  private long until;

  /** Whether this try is to be repeated with a cookie that has just come. */
  private boolean proving;

  private record Proof(Cookie cookie, long since) {
    boolean holds(long now) {
      return now - since < Timing.COOKIE_USABLE.toNanos();
    }
  }

  Asking(Peering peering, Patience patience, Timestamps timestamps, SecureRandom random) {
    this.peering = peering;
    this.patience = patience;
    this.timestamps = timestamps;
    this.random = random;
  }

  @Override
  public Step begin(long now) {
    begun = now;
    tries = 1;
    return ask(now);
  }

  @Override
  public void sent(long now) {
    sent = now;
  }

  @Override
  public Step received(byte[] datagram, long now) {
    Optional<MessageType> type = MessageType.of(datagram);
    if (type.isEmpty() || asked.isEmpty()) {
      return Step.Wait.until(until);
    }
    return switch (type.get()) {
      case RESPONSE -> response(asked.get().read(datagram), now);
      case COOKIE_REPLY -> {
        asked.get().cookie(datagram).ifPresent(cookie -> prove(cookie, now));
        yield Step.Wait.until(until);
      }
      case INITIATION, DATA -> Step.Wait.until(until);
    };
  }

  private Step response(Answer answer, long now) {
    Duration after = Duration.ofNanos(now - sent);
    return switch (answer) {
      case Answer.Accepted(var session) ->
          new Step.Connected(session, new Handshake(after, initiations, cookies));
      case Answer.Undecryptable _ -> new Step.Ended(new Outcome.OtherPresharedKey(after));
      case Answer.Stray _ -> Step.Wait.until(until);
    };
  }

  /** Whoever answers a cookie with a cookie gets no more than one of ours. */
  private void prove(Cookie cookie, long now) {
    cookies++;
    boolean proved = proof.isPresent();
    proof = Optional.of(new Proof(cookie, now));
    if (!proved) {
      proving = true;
      until = now + SPACING.toNanos();
    }
  }

  @Override
  public Step woken(long now) {
    if (proving) {
      proving = false;
      return ask(now);
    }
    if (tries < patience.tries()) {
      tries++;
      return ask(now);
    }
    Duration waited = Duration.ofNanos(now - begun);
    return new Step.Ended(
        cookies > 0
            ? new Outcome.Loaded(initiations, cookies, waited)
            : new Outcome.Silent(initiations, waited));
  }

  private Step ask(long now) {
    close();
    proof = proof.filter(given -> given.holds(now));
    Initiator initiator =
        Initiator.begin(peering, timestamps.next(), proof.map(Proof::cookie), random);
    asked = Optional.of(initiator);
    initiations++;
    until = now + patience.retry().toNanos() + random.nextLong(Timing.REKEY_JITTER.toNanos());
    return new Step.Wait(List.of(initiator.message()), until);
  }

  @Override
  public void close() {
    asked.ifPresent(Initiator::close);
    asked = Optional.empty();
  }
}
