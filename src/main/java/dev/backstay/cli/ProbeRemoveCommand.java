package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.Inventory;
import dev.backstay.probe.ProbePeer;
import dev.backstay.probe.ProbePeers;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "remove",
    description = {
      "Take the peers that `backstay probe setup` has made off gateways again, and forget their keys."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay probe remove gw1"})
final class ProbeRemoveCommand implements Callable<Integer> {
  @Mixin private FleetOptions fleet;

  @Mixin private IdentityOption identity;

  @Mixin private ProbePeerOptions options;

  @Parameters(arity = "1..*", paramLabel = "SELECT", description = "Names, tag:…, group:…, site:…")
  private List<String> select = new ArrayList<>();

  @ParentCommand private ProbeCommand probe;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    WorkingDirectory here = probe.backstay().here().made();
    Inventory inventory = fleet.inventory(here);
    ProbePeers known = here.probePeers();
    List<Gateway> gateways = fleet.select(inventory, select);
    List<ProbePeerChange> changes =
        gateways.stream()
            .map(gateway -> new ProbePeerChange(gateway, peers(known, gateway), false))
            .filter(change -> !change.peers().isEmpty())
            .toList();
    if (changes.isEmpty()) {
      throw new ProblemException(
          "no-probe-peer",
          gateways.stream().map(Gateway::name).collect(Collectors.joining(", ")),
          "there is no probe peer to remove",
          "`backstay probe setup` makes them, in this working directory");
    }
    try (Connector connector = Wiring.connector()) {
      return new ProbePeerRun(
              probe.backstay(),
              fleet,
              identity,
              options,
              spec.commandLine().getOut(),
              spec.commandLine().getErr())
          .run(changes, inventory, connector, forgetting(known))
          .status();
    }
  }

  private List<ProbePeer> peers(ProbePeers known, Gateway gateway) {
    return known.of(gateway.name()).stream().filter(peer -> options.means(peer.network())).toList();
  }

  /** Not before it is gone there: until then it is no client. */
  private static ProbePeerRun.Around forgetting(ProbePeers known) {
    return new ProbePeerRun.Around() {
      @Override
      public void before(ProbePeerChange change) {
        // The gateway comes first.
      }

      @Override
      public void after(ProbePeerChange change, ExitCode end) {
        if (end == ExitCode.DONE) {
          change.peers().forEach(known::forget);
        }
      }
    };
  }
}
