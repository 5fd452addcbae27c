package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Units;
import dev.backstay.probe.Carrier;
import dev.backstay.probe.Outcome;
import dev.backstay.probe.Patience;
import dev.backstay.probe.Ping;
import dev.backstay.probe.Prober;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Deadline;
import dev.backstay.time.Time;
import dev.backstay.wireguard.IpPrefix;
import dev.backstay.wireguard.Peering;
import dev.backstay.wireguard.PresharedKey;
import dev.backstay.wireguard.PrivateKey;
import dev.backstay.wireguard.PublicKey;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "probe",
    description = {
      "Shake hands with WireGuard servers as a client does, and tell how long it takes.",
      "Also whether packets of full size go through the tunnel and back. Gateways of the inventory",
      "are probed as the peer that `backstay probe setup` gave them, others with --key."
    },
    mixinStandardHelpOptions = true,
    subcommands = {ProbeSetupCommand.class, ProbeRemoveCommand.class},
    footer = {
      "",
      "Exit status: 0 everything that was asked was answered each time, 1 never, 5 now and then.",
      "",
      "Examples:",
      "  backstay probe setup gw1",
      "  backstay probe gw1",
      "  backstay probe gw1 --inside",
      "  backstay probe tag:edge --watch",
      "  backstay probe gw1 --key probe.key --inner 10.9.0.250 --ping 10.9.0.1",
      "  backstay probe 198.51.100.7:51820 --key probe.key --server-key KEY --json"
    })
final class ProbeCommand implements Callable<Integer> {
  @Mixin private FleetOptions fleet;

  @Mixin private IdentityOption identity;

  @Parameters(
      arity = "0..*",
      paramLabel = "GATEWAY|HOST:PORT",
      description = {
        "Of the inventory: names, tag:…, group:…, site:…; asked over SSH for port and key.",
        "Or any server, with --server-key."
      })
  private List<String> targets = new ArrayList<>();

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = {
        "The private key to probe with, as `wg genkey` writes it; mode 0600. Default: that of the",
        "gateway's own probe peer."
      })
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--preshared",
      paramLabel = "FILE",
      description = "The preshared key of that peer, as `wg genpsk` writes it; mode 0600.")
  private Optional<Path> preshared = Optional.empty();

  @Option(
      names = "--server-key",
      paramLabel = "KEY",
      description = "The public key of the server. Default: what the gateway tells over SSH.")
  private Optional<String> serverKey = Optional.empty();

  @Option(names = "--interface", paramLabel = "NAME", description = "Of a gateway with several.")
  private Optional<String> wireguard = Optional.empty();

  @Option(
      names = "--inner",
      paramLabel = "ADDRESS",
      description = "The address of the probe in the tunnel, one of its allowed ones.")
  private Optional<String> inner = Optional.empty();

  @Option(
      names = "--ping",
      paramLabel = "ADDRESS",
      description = "Whom to ping through the tunnel: an address of the gateway in it.")
  private Optional<String> pinged = Optional.empty();

  @Option(
      names = "--mtu",
      paramLabel = "BYTES",
      description = "What has to pass. Default: the MTU of the gateway's interface, else 1420.")
  private Optional<Integer> mtu = Optional.empty();

  @Option(
      names = {"-c", "--count"},
      paramLabel = "COUNT",
      defaultValue = "3",
      description = "How many probes. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--inside",
      description = {
        "Probe also from the gateway's own shell, over SSH: tells the network from WireGuard."
      })
  private boolean inside;

  @Option(names = "--watch", description = "Go on until Ctrl-C.")
  private boolean watch;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "From the begin of one to the next. Default: ${DEFAULT-VALUE}.")
  private String interval = "";

  @Option(
      names = "--tries",
      paramLabel = "COUNT",
      defaultValue = "3",
      description = "How often each asks, every five seconds. Default: ${DEFAULT-VALUE}.")
  private int tries;

  @Option(names = "--json", description = "A JSON line for each probe, and one for each gateway.")
  private boolean json;

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  Main backstay() {
    return backstay;
  }

  @Override
  public Integer call() {
    WorkingDirectory here = backstay.here().made();
    Duration pace = pace();
    atLeastOne("--count", count);
    atLeastOne("--tries", tries);
    if (targets.isEmpty()) {
      throw usage("GATEWAY|HOST:PORT", "nobody is named who is to be probed");
    }
    if (inner.isPresent() != pinged.isPresent()) {
      throw usage("--inner and --ping", "one is of no use without the other");
    }
    Optional<PublicKey> server = serverKey.map(ProbeCommand::publicKey);
    try (ProbeKeys keys = new ProbeKeys();
        Connector connector = Wiring.connector()) {
      PresharedKey shared = keys.keep(shared());
      Optional<PrivateKey> own =
          key.map(file -> keys.keep(SecretFile.read(file, "a private key", PrivateKey::parse)));
      List<Client> clients = clients(here, server, own, keys, connector);
      ProbeView view = new ProbeView(spec.commandLine().getOut(), json, width(clients));
      Prober prober = Wiring.prober(here);
      Map<String, ProbeTally> tallies = new TreeMap<>();
      untilInterrupted(() ->
          EachOf.atOnce(
              clients,
              client -> probe(prober, client, shared, pace, view),
              (client, tally) -> tallies.put(client.target().name(), tally)));
      clients.forEach(client -> compare(client, tallies, view));
      return exitCode(List.copyOf(tallies.values())).status();
    }
  }

  /**
   * Whom to probe, and as whom.
   *
   * @param way that its datagrams take
   * @param outside the name of the same from outside, for one that is probed from inside
   */
  private record Client(
      ProbeTarget target,
      PrivateKey key,
      Optional<Ping> ping,
      Carrier.Way way,
      Optional<String> outside) {}

  private static void untilInterrupted(Runnable work) {
    Thread here = Thread.currentThread();
    try (Interrupts ignored = Interrupts.calling(here::interrupt)) {
      work.run();
    } finally {
      // Each has ended and told so; what is left to do is not to be interrupted.
      Thread.interrupted();
    }
  }

  private ProbeTally probe(
      Prober prober, Client client, PresharedKey shared, Duration pace, ProbeView view) {
    Time time = Time.real();
    ProbeTarget target = client.target();
    Optional<Ping> ping = client.ping();
    Patience patience = Patience.usual().withTries(tries);
    ProbeTally tally = new ProbeTally();
    long begun = time.nanos();
    try (Peering peering = Peering.of(client.key(), target.key(), shared)) {
      view.begins(target, ping);
      for (int seq = 1; watch || seq <= count; seq++) {
        Deadline next = time.in(pace);
        Instant at = time.clock().instant();
        Outcome outcome = prober.probe(client.way(), target.address(), peering, ping, patience);
        if (outcome instanceof Outcome.Silent && client.way() == Carrier.Way.UDP) {
          outcome = prober.elsewhere(target.address(), peering).orElse(outcome);
        }
        tally.add(outcome);
        view.probed(target, seq, at, outcome);
        if (watch || seq < count) {
          time.sleep(next.left());
        }
      }
    } catch (InterruptedException stopped) {
      // Whoever pressed Ctrl-C wants to see what came of it so far.
    }
    view.ended(target, tally, Duration.ofNanos(time.nanos() - begun));
    return tally;
  }

  private PresharedKey shared() {
    return preshared
        .map(file -> SecretFile.read(file, "a preshared key", PresharedKey::parse))
        .orElseGet(PresharedKey::none);
  }

  private List<Client> clients(
      WorkingDirectory here,
      Optional<PublicKey> server,
      Optional<PrivateKey> own,
      ProbeKeys keys,
      Connector connector) {
    List<Client> found = new ArrayList<>();
    List<String> named = new ArrayList<>();
    for (String word : targets) {
      if (ProbeTarget.isEndpoint(word)) {
        PrivateKey ours =
            own.orElseThrow(() -> usage(word, "nobody has said whose key to use: --key FILE"));
        ProbeTarget target = ProbeTarget.at(word, server);
        found.add(new Client(target, ours, ping(target), Carrier.Way.UDP, Optional.empty()));
      } else {
        named.add(word);
      }
    }
    if (!named.isEmpty()) {
      List<Gateway> gateways = fleet.select(fleet.inventory(here), named);
      OwnProbes provisioned = new OwnProbes(here, gateways, wireguard);
      if (own.isEmpty()) {
        provisioned.require();
        provisioned.open(identity.require(backstay), keys);
      }
      EachOf.atOnce(
          gateways,
          gateway ->
              own.isPresent()
                  ? List.of(fromOutside(gateway, own.get(), server, connector))
                  : provisioned.of(gateway).stream()
                      .map(one -> fromOutside(gateway, one, server, connector))
                      .toList(),
          (gateway, clients) -> {
            for (Client client : clients) {
              found.add(client);
              if (inside) {
                found.add(fromInside(client, gateway, connector));
              }
            }
          });
    }
    return found;
  }

  private Client fromOutside(
      Gateway gateway, PrivateKey own, Optional<PublicKey> server, Connector connector) {
    ProbeTarget target = ProbeTarget.of(gateway, wireguard, server, connector);
    return new Client(target, own, ping(target), Carrier.Way.UDP, Optional.empty());
  }

  private Client fromOutside(
      Gateway gateway, OwnProbes.Own own, Optional<PublicKey> server, Connector connector) {
    ProbeTarget target =
        ProbeTarget.of(gateway, Optional.of(own.peer().network()), server, connector)
            .called(own.name());
    Optional<Ping> ping = ping(target).or(() -> own.peer().ping(mtu.orElse(target.mtu())));
    return new Client(target, own.key(), ping, Carrier.Way.UDP, Optional.empty());
  }

  private static Client fromInside(Client client, Gateway gateway, Connector connector) {
    ProbeTarget target = client.target();
    return new Client(
        target.inside(),
        client.key(),
        client.ping(),
        InsideCarrier.of(gateway, connector),
        Optional.of(target.name()));
  }

  /** What both together tell, in one sentence. */
  private static void compare(Client inside, Map<String, ProbeTally> tallies, ProbeView view) {
    Optional<ProbeTally> without = inside.outside().map(tallies::get);
    Optional<ProbeTally> within = Optional.ofNullable(tallies.get(inside.target().name()));
    if (without.isPresent()
        && without.get().reached() == 0
        && within.filter(ProbeTally::wasSent).isPresent()) {
      view.compared(
          inside.outside().orElseThrow(),
          within.orElseThrow().reached() > 0
              ? "WireGuard on it answers; what is between does not"
              : "WireGuard on it does not answer on the gateway itself either");
    }
  }

  private Optional<Ping> ping(ProbeTarget target) {
    if (inner.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Ping(
              address("--inner", inner.get()),
              address("--ping", pinged.orElseThrow()),
              mtu.orElse(target.mtu())));
    } catch (IllegalArgumentException unfit) {
      throw usage("--inner, --ping and --mtu", String.valueOf(unfit.getMessage()));
    }
  }

  private static InetAddress address(String option, String text) {
    return IpPrefix.parse(text)
        .map(prefix -> InetAddress.ofLiteral(prefix.address()))
        .orElseThrow(() -> usage(option, "\"" + text + "\" is no address"));
  }

  private Duration pace() {
    return Units.duration(interval)
        .filter(Duration::isPositive)
        .orElseThrow(
            () -> usage("--interval", "\"" + interval + "\" is no time such as 1s, 30s or 5m"));
  }

  private static PublicKey publicKey(String text) {
    try {
      return new PublicKey(text);
    } catch (IllegalArgumentException malformed) {
      throw usage("--server-key", "this is no public key, which has 44 characters of base64");
    }
  }

  private static void atLeastOne(String option, int value) {
    if (value < 1) {
      throw usage(option, "it is a number from 1 on, not " + value);
    }
  }

  private static ProblemException usage(String where, String what) {
    return new ProblemException("usage", where, what, "backstay probe --help");
  }

  private static int width(List<Client> clients) {
    return clients.stream().mapToInt(one -> one.target().name().length()).max().orElse(1);
  }

  private static ExitCode exitCode(List<ProbeTally> tallies) {
    if (tallies.stream()
        .allMatch(tally -> tally.probes() > 0 && tally.reached() == tally.probes())) {
      return ExitCode.DONE;
    }
    return tallies.stream().anyMatch(tally -> tally.reached() == 0)
        ? ExitCode.ERROR
        : ExitCode.INCONCLUSIVE;
  }
}
