package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.Inventory;
import dev.backstay.probe.ProbePeer;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.Planner;
import dev.backstay.rollout.SavedPlan;
import dev.backstay.ssh.Connector;
import dev.backstay.transaction.Probes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Probe peers that come to one gateway or leave it, as a playbook that is made here: the same way
 * as any other change. It holds no secret.
 */
record ProbePeerChange(Gateway gateway, List<ProbePeer> peers, boolean present) {
  ProbePeerChange {
    peers = List.copyOf(peers);
  }

  /**
   * Sessions of clients live on meanwhile, so there is not much to watch and nobody to wait for.
   */
  PlanSource source(Inventory inventory) {
    String interfaces = peers.stream().map(this::wish).collect(Collectors.joining());
    return PlanSource.made(
        name(),
        """
        kind: Playbook
        name: %s
        select: %s
        change:
          config:
        %sobserve: {baseline: 5s, window: 10s}
        gates: {fewClients: accept}
        lease: {apply: 60s, confirm: 60s}
        """
            .formatted(name(), gateway.name(), interfaces),
        inventory);
  }

  private String name() {
    return "probe-%s-%s".formatted(present ? "setup" : "remove", gateway.name());
  }

  private String wish(ProbePeer peer) {
    return "    %s: {peers: {\"%s\": %s}}\n"
        .formatted(
            peer.network(),
            peer.key().base64(),
            present ? "{allowedIPs: [%s]}".formatted(peer.inner()) : "absent");
  }

  SavedPlan plan(FleetOptions fleet, Inventory inventory, Connector connector, Person person) {
    PlanSource source = source(inventory);
    Plan plan = source.plan(fleet, connector, Planner.Memory.NONE, Probes.NONE);
    return source.toKeep(plan, person);
  }

  /** Planned anew, and carried out without asking: that was done before. */
  ExitCode carryOut(
      Main backstay,
      FleetOptions fleet,
      IdentityOption identity,
      Inventory inventory,
      ProbePeerOptions options,
      PrintWriter out,
      PrintWriter err) {
    return new Apply(
            backstay,
            fleet,
            identity,
            new Apply.Manner(true, options.json(), options.duringFreeze()),
            out,
            err)
        .carryOut(source(inventory), Path.of(name()));
  }
}
