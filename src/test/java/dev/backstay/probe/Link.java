package dev.backstay.probe;

import dev.backstay.testing.WireGuardServer;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * Carries an exchange with a server in virtual time: every datagram takes a millisecond, unless it
 * is lost.
 */
final class Link {
  private static final long DELAY = 1_000_000;

  private final WireGuardServer server;
  private final List<byte[]> sent = new ArrayList<>();
  private final List<Long> sentAt = new ArrayList<>();
  private Predicate<byte[]> lostThere = datagram -> false;
  private Predicate<byte[]> lostBack = datagram -> false;
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private long now;
  private int count;

  private record Due(long at, int order, boolean there, byte[] datagram)
      implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return at == other.at ? Integer.compare(order, other.order) : Long.compare(at, other.at);
    }
  }

  Link(WireGuardServer server) {
    this.server = server;
  }

  /** Those on their way to the server. */
  Link losing(Predicate<byte[]> which) {
    lostThere = which;
    return this;
  }

  Link losingAnswers(Predicate<byte[]> which) {
    lostBack = which;
    return this;
  }

  /** What the probe has sent so far, lost or not. */
  List<byte[]> sent() {
    return sent;
  }

  /** When, in nanoseconds. */
  List<Long> sentAt() {
    return sentAt;
  }

  Outcome run(Exchange exchange) {
    Step step = exchange.begin(now);
    while (true) {
      if (!step.send().isEmpty()) {
        exchange.sent(now);
      }
      for (byte[] datagram : step.send()) {
        sent.add(datagram);
        sentAt.add(now);
        travel(true, datagram, lostThere);
      }
      switch (step) {
        case Step.Ended(_, var outcome) -> {
          deliverWhatIsOnItsWay();
          exchange.close();
          return outcome;
        }
        case Step.Connected _ -> throw new AssertionError("an exchange goes on by itself");
        case Step.Wait(_, var until) -> step = next(exchange, until);
      }
    }
  }

  private Step next(Exchange exchange, long until) {
    while (true) {
      long first = due.isEmpty() ? Long.MAX_VALUE : due.element().at();
      long owed = server.wakeAt().orElse(Long.MAX_VALUE);
      now = Math.min(until, Math.min(first, owed));
      if (now == first) {
        Due one = due.remove();
        if (!one.there()) {
          return exchange.received(one.datagram(), now);
        }
        server.receive(one.datagram(), now).forEach(answer -> travel(false, answer, lostBack));
      } else if (now == owed) {
        server.woken().forEach(answer -> travel(false, answer, lostBack));
      } else {
        return exchange.woken(now);
      }
    }
  }

  private void deliverWhatIsOnItsWay() {
    due.stream().filter(Due::there).forEach(one -> server.receive(one.datagram(), now));
    due.clear();
  }

  private void travel(boolean there, byte[] datagram, Predicate<byte[]> lost) {
    if (!lost.test(datagram)) {
      due.add(new Due(now + DELAY, count++, there, datagram));
    }
  }
}
