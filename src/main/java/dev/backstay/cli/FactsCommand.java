package dev.backstay.cli;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.Inventory;
import dev.backstay.ssh.Connector;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "facts",
    description = "Ask gateways what they are. Changes nothing.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay facts tag:edge"})
final class FactsCommand implements Callable<Integer> {
  @Mixin private FleetOptions fleet;

  @Parameters(arity = "1..*", paramLabel = "SELECT", description = "Names, tag:…, group:…, site:…")
  private List<String> select = new ArrayList<>();

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Inventory inventory = fleet.inventory(backstay.here());
    List<Gateway> gateways = fleet.select(inventory, select);
    try (Connector connector = Wiring.connector()) {
      EachOf.atOnce(
          gateways,
          gateway -> new GatewayPrograms(connector.shared(gateway.target())).facts(Set.of()),
          this::tell);
    }
    return ExitCode.DONE.status();
  }

  private void tell(Gateway gateway, Facts facts) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(gateway.name());
    out.println("  kernel     " + facts.kernel() + ", " + facts.os() + ", init " + facts.init());
    out.println(
        "  module     " + facts.moduleLoaded() + " loaded, " + facts.moduleOnDisk() + " on disk");
    facts
        .interfaces()
        .forEach(i ->
            out.println(
                "  interface  %s port %d, %d peers, key %s"
                    .formatted(i.name(), i.port(), i.peers(), i.publicKey())));
    facts
        .openLease()
        .ifPresent(l -> out.println("  lease      " + l.state() + " by " + l.rollout()));
    out.println("  free       " + facts.freeKib() / 1024 + " MiB under /var/lib");
  }
}
