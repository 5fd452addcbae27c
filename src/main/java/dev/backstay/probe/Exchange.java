package dev.backstay.probe;

import dev.backstay.wireguard.Peering;
import dev.backstay.wireguard.Session;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One whole probe without I/O: a handshake, and then what is asked under it. Whoever carries its
 * datagrams tells it what came and what time it is. Not safe for use by several threads.
 */
final class Exchange implements Stage {
  private final Optional<Ping> ping;
  private final Patience patience;
  private final SecureRandom random;
  private Stage stage;
  private boolean connected;
  private long begun;

  /**
   * @param peering closed by its owner, after this
   * @param ping nothing, if the handshake is all that is asked
   */
  Exchange(
      Peering peering,
      Optional<Ping> ping,
      Patience patience,
      Timestamps timestamps,
      SecureRandom random) {
    this.ping = ping;
    this.patience = patience;
    this.random = random;
    this.stage = new Asking(peering, patience, timestamps, random);
  }

  @Override
  public Step begin(long now) {
    begun = now;
    return stage.begin(now);
  }

  @Override
  public void sent(long now) {
    stage.sent(now);
  }

  @Override
  public Step received(byte[] datagram, long now) {
    return follow(stage.received(datagram, now), now);
  }

  @Override
  public Step woken(long now) {
    return follow(stage.woken(now), now);
  }

  /** The host has said that nobody listens there. */
  Step refused(long now) {
    return new Step.Ended(new Outcome.Refused(Duration.ofNanos(now - begun)));
  }

  /**
   * This machine could not send something. Where an initiation was sent before, that is a packet
   * which is lost: a firewall of our own may drop large ones.
   */
  Optional<Step> unsendable(String why) {
    return connected ? Optional.empty() : Optional.of(new Step.Ended(new Outcome.Unreachable(why)));
  }

  private Step follow(Step next, long now) {
    return switch (next) {
      case Step.Connected step -> connected(step, now);
      case Step.Wait _, Step.Ended _ -> next;
    };
  }

  private Step connected(Step.Connected step, long now) {
    connected = true;
    if (ping.isPresent()) {
      stage.close();
      stage = new Pinging(step.session(), step.handshake(), ping.get(), patience, random);
      return stage.begin(now);
    }
    // The gateway counts the handshake only when data comes under it (field guide, §0).
    try (Session session = step.session()) {
      return new Step.Ended(List.of(session.keepalive()), new Outcome.Answered(step.handshake()));
    }
  }

  @Override
  public void close() {
    stage.close();
  }
}
