package dev.backstay.cli;

import dev.backstay.change.ProbePlace;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Facts.InterfaceFacts;
import dev.backstay.gateway.FactsQuery;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.Inventory;
import dev.backstay.probe.ProbePeer;
import dev.backstay.probe.ProbePeers;
import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.SecretBytes;
import dev.backstay.snapshot.Vault;
import dev.backstay.ssh.Connector;
import dev.backstay.wireguard.PrivateKey;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "setup",
    description = {
      "Give gateways a peer that is there for probes alone: one for each interface, with a key that",
      "is made now and kept in .backstay/probe, encrypted for the vault's recipients. It comes to the",
      "gateway like any other change, into its configuration file. Done twice it changes nothing."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  backstay probe setup gw1",
      "  backstay probe setup tag:edge --plan",
      "  backstay probe setup gw1 --interface wg0 --address 10.9.0.250"
    })
final class ProbeSetupCommand implements Callable<Integer> {
  @Mixin private FleetOptions fleet;

  @Mixin private IdentityOption identity;

  @Mixin private ProbePeerOptions options;

  @Parameters(arity = "1..*", paramLabel = "SELECT", description = "Names, tag:…, group:…, site:…")
  private List<String> select = new ArrayList<>();

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = {
        "Of the probe in the tunnel. Default: the highest one of the interface's network that is",
        "free. For one gateway and interface."
      })
  private Optional<String> address = Optional.empty();

  @Option(
      names = "--no-ping",
      description = "The gateway answers no ping in its tunnel: probe handshakes alone.")
  private boolean noPing;

  @ParentCommand private ProbeCommand probe;

  @Spec private CommandSpec spec;

  /** A peer, and its key where that was made now. */
  private record Made(ProbePeer peer, Optional<byte[]> sealed) {}

  @Override
  public Integer call() {
    WorkingDirectory here = probe.backstay().here().made();
    Inventory inventory = fleet.inventory(here);
    List<Gateway> gateways = fleet.select(inventory, select);
    ProbePeers known = here.probePeers();
    Vault vault = Wiring.vault(here);
    PrintWriter out = spec.commandLine().getOut();
    Map<ProbePeer, byte[]> fresh = new HashMap<>();
    List<ProbePeerChange> changes = new ArrayList<>();
    try (Connector connector = Wiring.connector()) {
      EachOf.atOnce(
          gateways,
          gateway ->
              new GatewayPrograms(connector.shared(gateway.target()))
                  .facts(FactsQuery.ofInterfaces()),
          (gateway, facts) -> {
            List<Made> made = made(gateway, facts, known, vault);
            made.forEach(one -> one.sealed().ifPresent(key -> fresh.put(one.peer(), key)));
            changes.add(new ProbePeerChange(gateway, made.stream().map(Made::peer).toList(), true));
          });
      requireOne(changes);
      if (!options.json()) {
        changes.forEach(change -> change.peers().forEach(peer -> out.println(words(peer, fresh))));
        out.flush();
      }
      return new ProbePeerRun(
              probe.backstay(), fleet, identity, options, out, spec.commandLine().getErr())
          .run(changes, inventory, connector, keeping(known, fresh))
          .status();
    }
  }

  /** A key is kept before its peer is there: nothing is left on a gateway that nobody can use. */
  private static ProbePeerRun.Around keeping(ProbePeers known, Map<ProbePeer, byte[]> fresh) {
    return new ProbePeerRun.Around() {
      @Override
      public void before(ProbePeerChange change) {
        change
            .peers()
            .forEach(peer ->
                Optional.ofNullable(fresh.get(peer)).ifPresent(key -> known.keep(peer, key)));
      }

      @Override
      public void after(ProbePeerChange change, ExitCode end) {
        if (end == ExitCode.ROLLED_BACK || end == ExitCode.ERROR) {
          change.peers().stream().filter(fresh::containsKey).forEach(known::forget);
        }
        if (end == ExitCode.DONE) {
          change.peers().forEach(peer -> known.keep(peer, known.sealed(peer)));
        }
      }
    };
  }

  private void requireOne(List<ProbePeerChange> changes) {
    long peers = changes.stream().mapToLong(change -> change.peers().size()).sum();
    if (address.isPresent() && peers != 1) {
      throw new ProblemException(
          "usage",
          "--address",
          "there are %d interfaces, and an address belongs to one probe".formatted(peers),
          "name one gateway, and --interface where it has several");
    }
  }

  private List<Made> made(Gateway gateway, Facts facts, ProbePeers known, Vault vault) {
    List<String> networks =
        facts.interfaces().stream()
            .map(InterfaceFacts::name)
            .filter(options::means)
            .sorted()
            .toList();
    if (networks.isEmpty()) {
      throw new ProblemException(
          "no-such-interface",
          gateway.name(),
          options
              .wireguard()
              .map("WireGuard has no interface %s there"::formatted)
              .orElse("WireGuard has no interface there"),
          "is it up? wg-quick up wg0");
    }
    return networks.stream().map(network -> made(gateway, facts, network, known, vault)).toList();
  }

  private Made made(Gateway gateway, Facts facts, String network, ProbePeers known, Vault vault) {
    Optional<ProbePeer> before =
        known.of(gateway.name()).stream()
            .filter(peer -> peer.network().equals(network))
            .findFirst();
    ProbePlace place =
        ProbePlace.of(
            gateway.name(),
            facts,
            network,
            before.map(ProbePeer::key),
            address.or(() -> before.map(ProbePeer::inner)));
    Optional<String> pinged = noPing ? Optional.empty() : place.gateway();
    if (before.isPresent()) {
      return new Made(
          new ProbePeer(gateway.name(), network, before.get().key(), place.inner(), pinged),
          Optional.empty());
    }
    try (PrivateKey key = PrivateKey.generate(new SecureRandom());
        SecretBytes secret = SecretBytes.owning(key.ascii())) {
      return new Made(
          new ProbePeer(gateway.name(), network, key.publicKey(), place.inner(), pinged),
          Optional.of(vault.seal(secret)));
    }
  }

  private static String words(ProbePeer peer, Map<ProbePeer, byte[]> fresh) {
    return "%s  %s  %s %s, %s%s"
        .formatted(
            peer.gateway(),
            peer.network(),
            fresh.containsKey(peer) ? "new key" : "key",
            peer.key().abbreviated(),
            peer.inner(),
            peer.pinged().map(", pings "::concat).orElse(", pings nobody"));
  }
}
