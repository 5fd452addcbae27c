package dev.backstay.rollout;

import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.InterfaceSample;
import dev.backstay.gateway.Observation.Sources;
import dev.backstay.health.Baseline;
import dev.backstay.health.Baseline.ActivePeer;
import dev.backstay.health.Baseline.InterfaceIdentity;
import dev.backstay.health.Watch.Sessions;
import dev.backstay.transaction.Before;
import dev.backstay.wireguard.PublicKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A gateway just before its change, as the journal keeps it: enough for another controller to go on
 * judging. Packet counts are left out: they belong to a collector that died with its controller, so
 * of a client that fails after a takeover nobody can tell whether it calls or is silent.
 *
 * @param clock wall clock of the gateway, seconds since 1970
 * @param uptime of the gateway, seconds
 * @param boot its boot id
 * @param kernel that was running
 * @param module srcversion of the loaded module; empty for none
 * @param sessions what the change does to them
 * @param interfaces by name
 * @param idle peers that were not active
 * @param expected what is to be there afterwards, where that is something else
 */
public record Then(
    double clock,
    double uptime,
    String boot,
    String kernel,
    String module,
    Sessions sessions,
    Map<String, Interface> interfaces,
    int idle,
    Optional<Expected> expected) {
  /**
   * @param active those that are judged
   * @param others peers that only have to be there
   */
  public record Interface(
      String publicKey, int port, List<Client> active, List<PublicKey> others) {}

  /**
   * @param endpoint {@code address:port}; empty for unknown
   * @param handshake second of the gateway's clock
   */
  public record Client(PublicKey peer, String endpoint, long handshake) {}

  /** As {@link Then} has it for the time before. */
  public record Expected(Map<String, Interface> interfaces, int idle) {}

  static Then of(Before before) {
    Observation last = before.last();
    return new Then(
        last.clock(),
        last.uptime(),
        last.boot(),
        before.kernel(),
        before.module(),
        before.sessions(),
        interfaces(before.baseline(), last),
        before.baseline().idle(),
        before.expected().equals(before.baseline())
            ? Optional.empty()
            : Optional.of(
                new Expected(interfaces(before.expected(), last), before.expected().idle())));
  }

  private static Map<String, Interface> interfaces(Baseline baseline, Observation last) {
    Map<String, List<ActivePeer>> active =
        baseline.active().stream().collect(Collectors.groupingBy(ActivePeer::network));
    Map<String, Interface> interfaces = new TreeMap<>();
    baseline
        .interfaces()
        .forEach((name, identity) ->
            interfaces.put(
                name, of(identity, active.getOrDefault(name, List.of()), sample(last, name))));
    return interfaces;
  }

  private static InterfaceSample sample(Observation last, String name) {
    return last.interfaces()
        .getOrDefault(name, new InterfaceSample(false, "", 0, Map.of(), Map.of(), Map.of()));
  }

  private static Interface of(
      InterfaceIdentity identity, List<ActivePeer> active, InterfaceSample sample) {
    Set<PublicKey> others = new HashSet<>(identity.peers());
    active.forEach(peer -> others.remove(peer.key()));
    return new Interface(
        identity.publicKey(),
        identity.port(),
        active.stream()
            .map(peer ->
                new Client(
                    peer.key(), peer.endpoint(), sample.handshakes().getOrDefault(peer.key(), 0L)))
            .toList(),
        others.stream().sorted().toList());
  }

  Before before() {
    Baseline baseline = baseline(interfaces, idle);
    Map<String, InterfaceSample> samples = new TreeMap<>();
    interfaces.forEach((name, one) ->
        samples.put(
            name,
            new InterfaceSample(
                true,
                one.publicKey(),
                one.port(),
                one.active().stream().collect(Collectors.toMap(Client::peer, Client::handshake)),
                Map.of(),
                Map.of())));
    return new Before(
        baseline,
        expected.map(then -> baseline(then.interfaces(), then.idle())).orElse(baseline),
        sessions,
        new Observation(clock, uptime, boot, module, samples, true, Sources.none()),
        module,
        kernel);
  }

  private Baseline baseline(Map<String, Interface> of, int idlePeers) {
    Map<String, InterfaceIdentity> identities = new TreeMap<>();
    List<ActivePeer> active = new ArrayList<>();
    of.forEach((name, one) -> {
      Set<PublicKey> peers = new HashSet<>(one.others());
      for (Client client : one.active()) {
        peers.add(client.peer());
        active.add(new ActivePeer(name, client.peer(), client.endpoint()));
      }
      identities.put(name, new InterfaceIdentity(one.publicKey(), one.port(), peers));
    });
    active.sort(Comparator.naturalOrder());
    return new Baseline(identities, active, idlePeers, boot);
  }
}
