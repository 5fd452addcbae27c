package dev.backstay.simulation;

import dev.backstay.probe.Handshake;
import dev.backstay.probe.Outcome;
import dev.backstay.probe.Patience;
import dev.backstay.probe.ProbePeer;
import dev.backstay.time.Time;
import dev.backstay.transaction.Probes;
import dev.backstay.wireguard.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Probes of simulated gateways: answered as the fate of the version that runs there has it. Where a
 * gateway has somebody who only probes, that is its last peer.
 *
 * @param time of the controller
 */
record SimulatedProbes(SimulatedFleet fleet, Time time) implements Probes {
  private static final Duration ROUND_TRIP = Duration.ofMillis(5);

  @Override
  public List<ProbePeer> of(String gateway) {
    Machine machine = fleet.machine(gateway);
    return machine.fate.isProbed(gateway) && !machine.clients().isEmpty()
        ? List.of(
            new ProbePeer(
                gateway,
                Observer.INTERFACE,
                new PublicKey(machine.clients().getLast().key()),
                "10.0.255.254",
                Optional.of("10.0.0.1")))
        : List.of();
  }

  @Override
  public Outcome probe(ProbePeer peer, Aim aim, Patience patience) throws InterruptedException {
    Machine machine = fleet.machine(peer.gateway());
    Duration retry = patience.retry();
    if (!machine.interfacesUp) {
      time.sleep(retry);
      return new Outcome.Silent(1, retry);
    }
    Handshake handshake = new Handshake(ROUND_TRIP, 1, 0);
    Client.Behaviour behaviour = machine.fate.probe(peer.gateway(), machine.loaded);
    return switch (behaviour) {
      case WORKS -> {
        time.sleep(ROUND_TRIP);
        yield new Outcome.Whole(handshake, ROUND_TRIP, ROUND_TRIP, aim.mtu());
      }
      case FAILS -> {
        time.sleep(retry);
        yield new Outcome.Silent(1, retry);
      }
      case STALLS -> {
        time.sleep(patience.keepalive());
        yield new Outcome.Stalled(handshake, patience.keepalive());
      }
      case GONE -> new Outcome.Unreachable("no route to host");
    };
  }
}
