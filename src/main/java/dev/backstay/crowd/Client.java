package dev.backstay.crowd;

import dev.backstay.wireguard.Answer;
import dev.backstay.wireguard.Cookie;
import dev.backstay.wireguard.Initiator;
import dev.backstay.wireguard.MessageType;
import dev.backstay.wireguard.Peering;
import dev.backstay.wireguard.Responder;
import dev.backstay.wireguard.Session;
import dev.backstay.wireguard.Tai64n;
import dev.backstay.wireguard.Timing;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A client without I/O, with the timers of WireGuard (whitepaper, section 6): it is told what came
 * and what time it is, and says what to send. All moments are nanoseconds of one time that never
 * goes back. Not safe for use by several threads.
 */
final class Client implements AutoCloseable {
  private static final long NEVER = Long.MAX_VALUE;

  private Peering peering;
  private Responder responder;
  private final Habits habits;
  private final Clock clock;
  private final SecureRandom random;

  private Optional<Initiator> asked = Optional.empty();
  private Optional<Standing> standing = Optional.empty();

  /** Answered to the gateway, and not confirmed by its data yet. */
  private Optional<Session> offered = Optional.empty();

  private Optional<Given> given = Optional.empty();
  private Tai64n lastOwn = new Tai64n(0, 0);
  private Tai64n lastTheirs = new Tai64n(0, 0);
  private int tries;
  private long askAt = NEVER;
  private long keepaliveAt = NEVER;
  private long owedAt = NEVER;
  private long talkAt = NEVER;

  /** Something was sent, and nothing has come since. */
  private long answerBy = NEVER;

  private Seen seen = Seen.NOTHING;

  /**
   * @param begun whether this side began the handshake: then it is for this side to renew it
   */
  private record Standing(Session session, boolean begun, long since) {
    boolean isOlder(Duration age, long now) {
      return now - since >= age.toNanos();
    }
  }

  private record Given(Cookie cookie, long since) {}

  /**
   * @param peering taken over
   */
  Client(Peering peering, Habits habits, Clock clock, SecureRandom random) {
    this.peering = peering;
    this.responder = Responder.of(peering);
    this.habits = habits;
    this.clock = clock;
    this.random = random;
  }

  Seen seen() {
    return seen;
  }

  /** When to call {@link #woken} if nothing comes. */
  long wakeAt() {
    return LongStream.of(askAt, keepaliveAt, owedAt, talkAt, answerBy).min().orElseThrow();
  }

  /** Comes, and wants to be connected. */
  List<byte[]> begin(long now) {
    keepLater(now);
    // Not all of those who came at once speak at once from then on.
    talkAt = habits.talk().map(talk -> now + random.nextLong(talk.every().toNanos())).orElse(NEVER);
    return call(now);
  }

  /** From now on it shakes hands with these keys; the session that stands lives on. Taken over. */
  void rekey(Peering other) {
    letGoOfAsked();
    responder.close();
    peering.close();
    peering = other;
    responder = Responder.of(other);
  }

  List<byte[]> woken(long now) {
    if (now >= askAt) {
      return askAgain(now);
    }
    if (now >= answerBy) {
      answerBy = NEVER;
      return askAt == NEVER ? call(now) : List.of();
    }
    if (now >= talkAt) {
      return talk(now);
    }
    if (now >= keepaliveAt) {
      keepLater(now);
      return keepalive(now);
    }
    if (now >= owedAt) {
      owedAt = NEVER;
      return keepalive(now);
    }
    return List.of();
  }

  List<byte[]> received(byte[] datagram, long now) {
    return MessageType.of(datagram)
        .map(type ->
            switch (type) {
              case INITIATION -> initiation(datagram);
              case RESPONSE -> response(datagram, now);
              case COOKIE_REPLY -> cookie(datagram, now);
              case DATA -> data(datagram, now);
            })
        .orElse(List.of());
  }

  private List<byte[]> call(long now) {
    tries = 0;
    return askAgain(now);
  }

  private List<byte[]> askAgain(long now) {
    letGoOfAsked();
    if (tries >= habits.tries()) {
      askAt = NEVER;
      return List.of();
    }
    tries++;
    lastOwn = Tai64n.of(clock.instant().plus(habits.clockAhead())).orAfter(lastOwn);
    Optional<Cookie> cookie =
        given.filter(one -> now - one.since() < Timing.COOKIE_USABLE.toNanos()).map(Given::cookie);
    Initiator initiator = Initiator.begin(peering, lastOwn, cookie, random);
    asked = Optional.of(initiator);
    askAt = now + habits.retry().toNanos() + random.nextLong(Timing.REKEY_JITTER.toNanos());
    seen = seen.asked();
    return List.of(initiator.message());
  }

  private List<byte[]> response(byte[] response, long now) {
    if (asked.isEmpty()) {
      return List.of();
    }
    return switch (asked.get().read(response)) {
      case Answer.Accepted(var session) -> {
        stand(session, true, now);
        seen = seen.connected();
        yield List.of(session.keepalive());
      }
      case Answer.Undecryptable _ -> {
        letGoOfAsked();
        seen = seen.couldNotDecrypt();
        yield List.of();
      }
      case Answer.Stray _ -> List.of();
    };
  }

  private void stand(Session session, boolean begun, long now) {
    letGoOfAsked();
    askAt = NEVER;
    standing.ifPresent(old -> old.session().close());
    standing = Optional.of(new Standing(session, begun, now));
  }

  /** Kept for the next try, as clients do. */
  private List<byte[]> cookie(byte[] reply, long now) {
    asked
        .flatMap(one -> one.cookie(reply))
        .ifPresent(cookie -> {
          seen = seen.gotCookie();
          if (habits.cookies()) {
            given = Optional.of(new Given(cookie, now));
          }
        });
    return List.of();
  }

  /** The gateway calls. */
  private List<byte[]> initiation(byte[] initiation) {
    return responder
        .hear(initiation)
        .flatMap(heard -> {
          try (heard) {
            if (!heard.peer().equals(peering.otherKey())
                || heard.timestamp().compareTo(lastTheirs) <= 0) {
              return Optional.empty();
            }
            lastTheirs = heard.timestamp();
            return heard.respond(peering, random);
          }
        })
        .map(response -> {
          offered.ifPresent(Session::close);
          offered = Optional.of(response.session());
          return List.of(response.message());
        })
        .orElse(List.of());
  }

  private List<byte[]> data(byte[] message, long now) {
    Optional<byte[]> packet = offered.flatMap(session -> session.open(message));
    if (packet.isPresent()) {
      stand(offered.orElseThrow(), false, now);
      offered = Optional.empty();
      seen = seen.wasCalled();
    } else {
      packet = standing.flatMap(one -> one.session().open(message));
    }
    packet.ifPresent(content -> {
      seen = seen.gotData();
      answerBy = NEVER;
      if (content.length > 0 && owedAt == NEVER) {
        owedAt = now + Timing.KEEPALIVE_TIMEOUT.toNanos();
      }
    });
    return List.of();
  }

  private List<byte[]> talk(long now) {
    Habits.Talk talk = habits.talk().orElseThrow();
    talkAt = now + talk.every().toNanos();
    List<byte[]> told = told(session -> session.seal(talk.packet().bytes(), Timing.USUAL_MTU), now);
    if (answerBy == NEVER && standing.isPresent()) {
      answerBy = now + Timing.ASKS_ANEW_AFTER.toNanos();
    }
    return told;
  }

  private List<byte[]> keepalive(long now) {
    return told(Session::keepalive, now);
  }

  /** Under the session that stands, and a new handshake where that is due (field guide, §1.1). */
  private List<byte[]> told(Function<Session, byte[]> what, long now) {
    Optional<Standing> alive = standing.filter(one -> !one.isOlder(Timing.REJECT_AFTER, now));
    boolean calling = askAt != NEVER;
    boolean due =
        alive.map(one -> one.begun() && one.isOlder(Timing.REKEY_AFTER, now)).orElse(true);
    owedAt = NEVER;
    List<byte[]> told = alive.map(one -> List.of(what.apply(one.session()))).orElse(List.of());
    if (!due || calling) {
      return told;
    }
    return Stream.concat(told.stream(), call(now).stream()).toList();
  }

  private void keepLater(long now) {
    keepaliveAt = habits.keepalive().map(every -> now + every.toNanos()).orElse(NEVER);
  }

  private void letGoOfAsked() {
    asked.ifPresent(Initiator::close);
    asked = Optional.empty();
  }

  @Override
  public void close() {
    letGoOfAsked();
    standing.ifPresent(one -> one.session().close());
    offered.ifPresent(Session::close);
    responder.close();
    peering.close();
  }
}
