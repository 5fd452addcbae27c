package dev.backstay.simulation;

import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Change;
import dev.backstay.snapshot.Reason;
import dev.backstay.ssh.Connector;
import dev.backstay.transaction.Snapshots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Gateways of a model, and the ports through which an engine reaches them. */
final class SimulatedFleet {
  private static final int KEY_BYTES = 32;

  private final Map<String, Machine> machines = new LinkedHashMap<>();
  private final Map<String, Machine> front = new LinkedHashMap<>();
  private final Mishaps mishaps;
  private final Duration sample;
  private final Witness witness;
  private final VirtualProcess time;

  private SimulatedFleet(Mishaps mishaps, Duration sample, Witness witness, VirtualProcess time) {
    this.time = time;
    this.mishaps = mishaps;
    this.sample = sample;
    this.witness = witness;
  }

  /**
   * @param world the time that gateways live in
   * @param change that a playbook wants, and so has to find undone
   * @param clients of each gateway
   * @param old the gateway whose clients the others know as well, and do not have at first; empty
   *     where each has its own
   * @param sample between two lines of a collector
   */
  static SimulatedFleet of(
      VirtualProcess world,
      long seed,
      List<Gateway> gateways,
      Change change,
      int clients,
      Fate fate,
      Mishaps mishaps,
      Optional<String> old,
      Duration sample) {
    Witness witness = new Witness();
    VirtualProcess gatewaysTime = world.process("gateways");
    SimulatedFleet fleet = new SimulatedFleet(mishaps, sample, witness, gatewaysTime);
    Outfit before = Outfit.before(change);
    Outfit after = Outfit.after(change);
    Map<String, Set<String>> candidates = new LinkedHashMap<>();
    after.packages().forEach((name, wanted) -> candidates.put(name, Set.of(Outfit.BEFORE, wanted)));
    Random random = new Random(seed);
    List<Client> shared = old.map(name -> clients(clients, new Random(seed))).orElse(List.of());
    for (Gateway gateway : gateways) {
      Random own = new Random(random.nextLong());
      List<Client> here =
          old.isEmpty()
              ? clients(clients, own)
              : shared.stream().map(one -> new Client(one.key(), one.endpoint())).toList();
      fleet.machines.put(
          gateway.name(),
          new Machine(
              gateway.name(),
              gatewaysTime,
              own,
              witness,
              fate,
              before,
              after,
              candidates,
              here,
              true));
    }
    old.ifPresent(name ->
        fleet.machines().stream()
            .filter(machine -> !machine.name.equals(name))
            .forEach(Machine::isEmptyAtFirst));
    return fleet;
  }

  /**
   * The same with a host in front of all gateways that can send their clients elsewhere.
   *
   * @param world the time that it lives in
   */
  SimulatedFleet behind(VirtualProcess world, long seed, Gateway host) {
    Machine front =
        new Machine(
            host.name(),
            world.process("traffic host"),
            new Random(seed),
            witness,
            Fate.GOOD,
            Outfit.of(Map.of()),
            Outfit.of(Map.of()),
            Map.of(),
            List.of(),
            true);
    front.standsInFrontOf(machines());
    this.front.put(host.name(), front);
    return this;
  }

  static List<Client> clients(int count, Random random) {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] key = new byte[KEY_BYTES];
      random.nextBytes(key);
      clients.add(
          new Client(
              Base64.getEncoder().encodeToString(key),
              "198.18.%d.%d:%d".formatted(i / 250, i % 250 + 1, 1024 + random.nextInt(60_000))));
    }
    return clients;
  }

  /**
   * The way of one controller process to the gateways.
   *
   * @param effects counts what it orders
   */
  Connector connector(VirtualProcess controller, Effects effects) {
    Map<String, Machine> all = new LinkedHashMap<>(machines);
    all.putAll(front);
    return new SimulatedConnector(all, controller, mishaps, effects, sample);
  }

  /** The controller's own network is gone for a while: nobody is reached, from here on. */
  void cutAllLinks(Duration outage) {
    witness.tell(time.nanos(), "", Witness.What.MISHAP, "network cut for " + outage);
    machines().forEach(machine -> machine.background("network", () -> machine.cutOff(outage)));
  }

  /** A vault that keeps nothing: a model has nothing to restore. */
  Snapshots snapshots() {
    return SimulatedFleet::nothingKept;
  }

  private static Snapshots.Taken nothingKept(
      Gateway gateway, GatewayPrograms programs, Reason reason) {
    return new Snapshots.Taken("0".repeat(40), "nothing saved: this gateway is a model");
  }

  Witness witness() {
    return witness;
  }

  Machine machine(String name) {
    Machine machine = machines.getOrDefault(name, front.get(name));
    if (machine == null) {
      throw new IllegalArgumentException("no gateway " + name);
    }
    return machine;
  }

  List<Machine> machines() {
    return List.copyOf(machines.values());
  }
}
