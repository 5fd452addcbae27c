package dev.backstay.health;

import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.health.Baseline.ActivePeer;
import dev.backstay.wireguard.Timing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * When the peers of a gateway were last heard, and how long each of them uses to be silent: on a
 * gateway where nothing is changed nobody shakes hands anew, so whoever is cut off is told by a
 * silence that is longer than his usual ones. Fed with every observation of one boot, by one
 * thread.
 */
public final class Hearing {
  /** Observations are a second or two apart, and a packet may be late or lost. */
  private static final double SLACK = 2;

  private static final double TIMES = 1.5;

  private final Map<ActivePeer, Peer> peers = new HashMap<>();
  private double now = Double.NEGATIVE_INFINITY;

  /**
   * @param bytes that were received of it
   * @param last uptime when it was heard last; negative infinity for never
   * @param times how often it was heard
   * @param longest of its silences between two times, in seconds
   */
  private record Peer(long bytes, double last, int times, double longest) {
    Peer with(long received, double uptime) {
      if (received == bytes) {
        return this;
      }
      return new Peer(
          received, uptime, times + 1, times == 0 ? 0 : Math.max(longest, uptime - last));
    }

    /** Whoever was heard only once may keep alive as seldom as clients do. */
    double patience() {
      return SLACK + (times > 1 ? TIMES * longest : Timing.USUAL_KEEPALIVE.toSeconds());
    }
  }

  /**
   * Clients of a moment, each with how long it may be silent from then on, in seconds.
   *
   * @param patience by client
   */
  public record Since(Map<ActivePeer, Double> patience) {
    public Since {
      patience = Map.copyOf(patience);
    }
  }

  /** Takes the next observation. */
  public void accept(Observation seen) {
    now = seen.uptime();
    seen.interfaces()
        .forEach((network, sample) ->
            sample
                .transfer()
                .forEach((key, transfer) ->
                    peers.merge(
                        new ActivePeer(network, key, ""),
                        first(transfer),
                        (old, fresh) -> old.with(fresh.bytes(), seen.uptime()))));
  }

  private static Peer first(Transfer transfer) {
    return new Peer(transfer.received(), Double.NEGATIVE_INFINITY, 0, 0);
  }

  /** What is usual so far of clients that are active now. */
  public Since since(List<ActivePeer> active) {
    return new Since(
        active.stream()
            .map(Hearing::anywhere)
            .filter(peers::containsKey)
            .collect(Collectors.toMap(one -> one, one -> of(one).patience(), Math::max)));
  }

  /** How many of them are silent now for longer than is usual. */
  public Sample silent(Since since) {
    int silent =
        (int)
            since.patience().entrySet().stream()
                .filter(one -> now - of(one.getKey()).last() > one.getValue())
                .count();
    return new Sample(since.patience().size(), silent);
  }

  private Peer of(ActivePeer peer) {
    return peers.getOrDefault(peer, new Peer(0, Double.NEGATIVE_INFINITY, 0, 0));
  }

  /** It may have moved since. */
  private static ActivePeer anywhere(ActivePeer peer) {
    return new ActivePeer(peer.network(), peer.key(), "");
  }
}
