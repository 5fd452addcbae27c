package dev.backstay.simulation;

import java.util.Random;

/**
 * One peer of a simulated gateway. What the gateway sees of it is computed from when its session
 * began and how it behaves, at whatever moment is asked; nothing happens in between.
 */
final class Client {
  /** A live session is renewed this often: wireguard.Timing.REKEY_AFTER. */
  private static final double REKEY = 120;

  /** An unanswered initiation is repeated this often: wireguard.Timing.REKEY_TIMEOUT. */
  private static final double RETRY = 5;

  /** A client that sends and hears nothing asks for a handshake after 10 s and 5 s. */
  private static final double NOTICES = 15;

  private static final int INITIATION_BYTES = 148;
  private static final int PACKET_BYTES = 128;

  /** How it gets on with what the gateway runs. */
  enum Behaviour {
    /** Shakes hands, and data flows. */
    WORKS,
    /** Asks again and again, and completes no handshake. */
    FAILS,
    /** Shakes hands, and data does not flow. */
    STALLS,
    /** Does not show up. */
    GONE
  }

  private final String key;
  private final String endpoint;
  private Behaviour behaviour = Behaviour.WORKS;
  private double since;
  private double first;
  private long initiationsBefore;
  private long dataBefore;
  private long receivedBefore;

  Client(String key, String endpoint) {
    this.key = key;
    this.endpoint = endpoint;
  }

  String key() {
    return key;
  }

  String endpoint() {
    return endpoint;
  }

  Behaviour behaviour() {
    return behaviour;
  }

  /** A session that was there before anybody looked. */
  void wasHere(double uptime, Random random) {
    since = uptime - REKEY;
    first = uptime - REKEY * random.nextDouble();
  }

  /**
   * The interface was made anew: the session is gone.
   *
   * @param ready uptime at which it was there again
   * @param called whether the gateway asks for the handshake
   */
  void begins(Behaviour now, double ready, boolean called, Random random) {
    initiationsBefore = initiations(ready);
    dataBefore = data(ready);
    receivedBefore = 0;
    behaviour = now;
    since = ready;
    first = ready + (called ? 0.05 + random.nextDouble() : NOTICES + 10 * random.nextDouble());
  }

  /** It was sent elsewhere, or comes from there: its session is gone, and the interface goes on. */
  void moves(Behaviour now, double uptime, Random random) {
    long received = received(uptime);
    begins(now, uptime, false, random);
    receivedBefore = received;
  }

  /** The gateway asks for the handshake now; who has had one already does not mind. */
  void isCalled(double uptime, Random random) {
    if (uptime < first) {
      first = Math.min(first, uptime + 0.05 + random.nextDouble());
    }
  }

  /** The session lives on, under something new that may not let its data through. */
  void goesOn(Behaviour now, double uptime) {
    dataBefore = data(uptime);
    initiationsBefore = initiations(uptime);
    receivedBefore = received(uptime);
    // Nobody shakes hands anew for a while, so what fails shows in the data.
    behaviour = now == Behaviour.FAILS ? Behaviour.STALLS : now;
    since = uptime;
  }

  /** Uptime of the latest handshake; negative for none. */
  double handshake(double uptime) {
    boolean shaken = behaviour == Behaviour.WORKS || behaviour == Behaviour.STALLS;
    if (!shaken || uptime < first) {
      return -1;
    }
    return behaviour == Behaviour.STALLS
        ? first
        : first + Math.floor((uptime - first) / REKEY) * REKEY;
  }

  /** Bytes that could be decrypted, since the interface was made. */
  long received(double uptime) {
    return receivedBefore
        + switch (behaviour) {
          case WORKS -> packets(uptime) * PACKET_BYTES + (uptime < first ? 0 : INITIATION_BYTES);
          case STALLS -> uptime < first ? 0 : INITIATION_BYTES;
          case FAILS, GONE -> 0;
        };
  }

  /** Initiations that came, since ever. */
  long initiations(double uptime) {
    return initiationsBefore
        + switch (behaviour) {
          case WORKS, STALLS -> uptime < first ? 0 : 1;
          case FAILS -> uptime < first ? 0 : 1 + (long) ((uptime - first) / RETRY);
          case GONE -> 0;
        };
  }

  /** Data packets that came, decrypted or not, since ever. */
  long data(double uptime) {
    return dataBefore
        + switch (behaviour) {
          case WORKS, STALLS -> packets(uptime);
          case FAILS, GONE -> 0;
        };
  }

  private long packets(double uptime) {
    return uptime < first ? 0 : 1 + (long) (uptime - Math.max(first, since));
  }
}
