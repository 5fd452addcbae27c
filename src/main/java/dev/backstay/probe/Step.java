package dev.backstay.probe;

import dev.backstay.wireguard.Session;
import java.util.List;

/** What has to happen next in a probe. */
sealed interface Step {
  /** Datagrams to be sent at once, in this order. */
  List<byte[]> send();

  /**
   * Then it is the other side's turn.
   *
   * @param until when to call again if nothing comes, in nanoseconds of the same time as all others
   */
  record Wait(List<byte[]> send, long until) implements Step {
    static Wait until(long moment) {
      return new Wait(List.of(), moment);
    }
  }

  /** A session stands. */
  record Connected(Session session, Handshake handshake) implements Step {
    @Override
    public List<byte[]> send() {
      return List.of();
    }
  }

  /** There is nothing left to ask. */
  record Ended(List<byte[]> send, Outcome outcome) implements Step {
    Ended(Outcome outcome) {
      this(List.of(), outcome);
    }
  }
}
