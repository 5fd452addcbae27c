package dev.backstay.crowd;

import dev.backstay.wireguard.Timing;
import java.time.Duration;
import java.util.Optional;

/**
 * How a client behaves, good or bad.
 *
 * @param retry how long it waits for an answer before it asks again; WireGuard adds up to {@link
 *     Timing#REKEY_JITTER}
 * @param tries how often it asks before it gives up, until its next keepalive
 * @param keepalive how often it tells that it is there; nothing for one that only answers
 * @param roaming how often it gets another port, as behind a router that forgets; nothing for never
 * @param clockAhead of the true time, or behind it
 * @param cookies whether it knows what to do with one
 * @param talk what it sends of its own accord; nothing for one that only keeps alive
 */
public record Habits(
    Duration retry,
    int tries,
    Optional<Duration> keepalive,
    Optional<Duration> roaming,
    Duration clockAhead,
    boolean cookies,
    Optional<Talk> talk) {
  /**
   * Sends a packet now and then that is answered, and so notices when it is not.
   *
   * @param packet with its addresses, at most 1420 bytes
   */
  public record Talk(Duration every, Packet packet) {}

  /** Makes a packet to send through the tunnel. */
  @FunctionalInterface
  public interface Packet {
    byte[] bytes();
  }

  /** 90 s of tries at 5 s, as Linux counts them (field guide, §1.1). */
  private static final int TRIES = 20;

  private static final Duration IMPATIENT = Duration.ofSeconds(1);

  /** Behind a home router, and everything as it should be. */
  public static Habits ordinary() {
    return new Habits(
        Timing.REKEY_TIMEOUT,
        TRIES,
        Optional.of(Timing.USUAL_KEEPALIVE),
        Optional.empty(),
        Duration.ZERO,
        true,
        Optional.empty());
  }

  /** Asks every second and never gives up, as some ports of the protocol do. */
  public Habits impatient() {
    return new Habits(IMPATIENT, Integer.MAX_VALUE, keepalive, roaming, clockAhead, cookies, talk);
  }

  public Habits keepingAlive(Duration every) {
    return new Habits(retry, tries, Optional.of(every), roaming, clockAhead, cookies, talk);
  }

  /** Shakes hands when it comes, and then says nothing until it is called. */
  public Habits withoutKeepalive() {
    return new Habits(retry, tries, Optional.empty(), roaming, clockAhead, cookies, talk);
  }

  public Habits roamingEvery(Duration time) {
    return new Habits(retry, tries, keepalive, Optional.of(time), clockAhead, cookies, talk);
  }

  public Habits withClockAhead(Duration time) {
    return new Habits(retry, tries, keepalive, roaming, time, cookies, talk);
  }

  /** Fails under load only (field guide, table C). */
  public Habits ignorantOfCookies() {
    return new Habits(retry, tries, keepalive, roaming, clockAhead, false, talk);
  }

  /** In use: notices a lost session when nothing has come for fifteen seconds. */
  public Habits talking(Duration every, Packet packet) {
    return new Habits(
        retry,
        tries,
        keepalive,
        roaming,
        clockAhead,
        cookies,
        Optional.of(new Talk(every, packet)));
  }
}
