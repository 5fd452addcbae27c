package dev.backstay.transaction;

import dev.backstay.change.Diversion;
import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.playbook.Traffic;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import dev.backstay.transaction.Steps.Done;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The clients of one gateway are elsewhere, while it is worked on or because another one takes them
 * over. All traffic hosts of a playbook as one: asked in their order to send the clients away, and
 * backwards to bring them back. Used by one thread.
 */
final class Detour {
  /** What of a rollout's id tells the detour before its way back from that before its change. */
  private static final String FOR_THE_WAY_BACK = ".back";

  private final Order order;
  private final Diversion.Of of;
  private final Traffic traffic;
  private final Connector connector;
  private final Snapshots snapshots;
  private final Time time;
  private boolean back;

  /**
   * @param of whose clients are meant
   */
  Detour(
      Order order,
      Diversion.Of of,
      Traffic traffic,
      Connector connector,
      Snapshots snapshots,
      Time time) {
    this.order = order;
    this.of = of;
    this.traffic = traffic;
    this.connector = connector;
    this.snapshots = snapshots;
    this.time = time;
  }

  /** From now on it is about a change that is to be taken back. */
  void forTheWayBack() {
    back = true;
  }

  Duration settle() {
    return traffic.settle();
  }

  Done<String> ready() {
    for (TrafficHost host : hosts()) {
      naming(
          host,
          () -> {
            host.ready();
            return host;
          });
    }
    return Done.of(names(), names() + ": the way back is on its disk");
  }

  /** Sends the clients away; the traffic hosts have verified it when this returns. */
  String divert() throws InterruptedException {
    Duration lease = Order.awayAtMost(order.playbook(), traffic);
    return divert(lease, lease);
  }

  /**
   * The same.
   *
   * @param lease after which the hosts bring them back by themselves
   * @param longest what renewals may make of it
   */
  String divert(Duration lease, Duration longest) throws InterruptedException {
    for (TrafficHost host : hosts()) {
      naming(
          host,
          () -> {
            host.divert(lease, longest);
            return host;
          });
    }
    return "%s: verified; it brings the clients back by itself in %d s"
        .formatted(names(), lease.toSeconds());
  }

  /**
   * Brings the clients back on every host that answers, also where it was never asked to send them
   * away.
   *
   * @return whether they were away until now
   * @throws GatewayRefusedException of the first host that did not
   */
  boolean bringBack(String why) throws InterruptedException {
    boolean[] away = {false};
    List<RuntimeException> failures = new ArrayList<>();
    for (TrafficHost host : hosts().reversed()) {
      try {
        naming(
            host,
            () -> {
              away[0] |= host.bringBack(Set.of(id(false), id(true)), why);
              return host;
            });
      } catch (GatewayRefusedException | GatewayLostException | ProblemException failure) {
        failures.add(failure);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return away[0];
  }

  /** Asks all of them to leave the clients where they are; the worst answer is that of all. */
  TrafficHost.Held hold(Duration lease) {
    TrafficHost.Held all = new TrafficHost.Held.Yes();
    for (TrafficHost host : hosts()) {
      TrafficHost.Held one = host.hold(lease);
      all =
          switch (one) {
            case TrafficHost.Held.Yes yes -> all;
            case TrafficHost.Held.No no -> no;
            case TrafficHost.Held.Silent silent -> all instanceof TrafficHost.Held.No ? all : one;
          };
    }
    return all;
  }

  /**
   * Leaves the clients where they are for good.
   *
   * @throws GatewayRefusedException of the first host that does not
   */
  String release() {
    for (TrafficHost host : hosts()) {
      naming(
          host,
          () -> {
            host.release();
            return host;
          });
    }
    return names();
  }

  private interface Work {
    TrafficHost work() throws InterruptedException;
  }

  /** A refusal is told as a step of the gateway, so its sentence names the host. */
  private static void naming(TrafficHost host, Work work) {
    try {
      work.work();
    } catch (GatewayRefusedException refused) {
      throw new GatewayRefusedException(
          refused.gateway(),
          refused.step(),
          refused.status(),
          host.name() + ": " + refused.sentence());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new GatewayLostException(host.name(), "the controller was told to stop");
    }
  }

  private List<TrafficHost> hosts() {
    return order.front().hosts().stream()
        .map(host ->
            new TrafficHost(
                host, order, of, traffic, identifiers(host.name()), connector, snapshots, time))
        .toList();
  }

  /** Its nonce is as secret as that of the gateway, and another one for each host. */
  private Identifiers identifiers(String host) {
    Identifiers of = order.identifiers();
    String nonce =
        Sha256.hex((of.nonce() + "/" + id(back) + "/" + host).getBytes(StandardCharsets.US_ASCII));
    return new Identifiers(id(back), of.attempt(), of.epoch(), nonce);
  }

  private String id(boolean forWayBack) {
    return "%s.%s%s"
        .formatted(order.identifiers().rollout(), order.name(), forWayBack ? FOR_THE_WAY_BACK : "");
  }

  private String names() {
    return order.front().hosts().stream()
        .map(host -> host.name())
        .collect(Collectors.joining(", "));
  }
}
