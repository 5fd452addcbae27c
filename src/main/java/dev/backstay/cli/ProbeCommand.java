package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Units;
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
    name = "probe",
    description = {
      "Shake hands with WireGuard servers as a client does, and tell how long it takes.",
      "With --inner and --ping also whether packets of full size go through the tunnel and back.",
      "Needs a peer of its own on the server, with a key that no client uses."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit status: 0 everything that was asked was answered each time, 1 never, 5 now and then.",
      "",
      "Examples:",
      "  backstay probe gw1 --key probe.key --inner 10.9.0.250 --ping 10.9.0.1",
      "  backstay probe tag:edge --key probe.key --watch",
      "  backstay probe 198.51.100.7:51820 --key probe.key --server-key KEY --json"
    })
final class ProbeCommand implements Callable<Integer> {
  @Mixin private FleetOptions fleet;

  @Parameters(
      arity = "1..*",
      paramLabel = "GATEWAY|HOST:PORT",
      description = {
        "Of the inventory: names, tag:…, group:…, site:…; asked over SSH for port and key.",
        "Or any server, with --server-key."
      })
  private List<String> targets = new ArrayList<>();

  @Option(
      names = "--key",
      required = true,
      paramLabel = "FILE",
      description = "The private key to probe with, as `wg genkey` writes it; mode 0600.")
  private Path key = Path.of("");

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

  @Override
  public Integer call() {
    WorkingDirectory here = backstay.here().made();
    Duration pace = pace();
    atLeastOne("--count", count);
    atLeastOne("--tries", tries);
    Optional<PublicKey> server = serverKey.map(ProbeCommand::publicKey);
    try (PrivateKey own = SecretFile.read(key, "a private key", PrivateKey::parse);
        PresharedKey shared = shared()) {
      List<ProbeTarget> resolved = resolved(here, server);
      resolved.forEach(this::ping);
      ProbeView view = new ProbeView(spec.commandLine().getOut(), json, width(resolved));
      Prober prober = Wiring.prober(here);
      List<ProbeTally> tallies = new ArrayList<>();
      untilInterrupted(() ->
          EachOf.atOnce(
              resolved,
              target -> probe(prober, target, own, shared, pace, view),
              (_, tally) -> tallies.add(tally)));
      return exitCode(tallies).status();
    }
  }

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
      Prober prober,
      ProbeTarget target,
      PrivateKey own,
      PresharedKey shared,
      Duration pace,
      ProbeView view) {
    Time time = Time.real();
    Optional<Ping> ping = ping(target);
    Patience patience = Patience.usual().withTries(tries);
    ProbeTally tally = new ProbeTally();
    long begun = time.nanos();
    try (Peering peering = Peering.of(own, target.key(), shared)) {
      view.begins(target, ping);
      for (int seq = 1; watch || seq <= count; seq++) {
        Deadline next = time.in(pace);
        Instant at = time.clock().instant();
        Outcome outcome = prober.probe(target.address(), peering, ping, patience);
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

  private List<ProbeTarget> resolved(WorkingDirectory here, Optional<PublicKey> server) {
    List<ProbeTarget> found = new ArrayList<>();
    List<String> named = new ArrayList<>();
    for (String word : targets) {
      if (ProbeTarget.isEndpoint(word)) {
        found.add(ProbeTarget.at(word, server));
      } else {
        named.add(word);
      }
    }
    if (!named.isEmpty()) {
      List<Gateway> gateways = fleet.select(fleet.inventory(here), named);
      try (Connector connector = Wiring.connector()) {
        EachOf.atOnce(
            gateways,
            gateway -> ProbeTarget.of(gateway, wireguard, server, connector),
            (gateway, target) -> found.add(target));
      }
    }
    return found;
  }

  private Optional<Ping> ping(ProbeTarget target) {
    if (inner.isPresent() != pinged.isPresent()) {
      throw usage("--inner and --ping", "one is of no use without the other");
    }
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

  private static int width(List<ProbeTarget> targets) {
    return targets.stream().mapToInt(target -> target.name().length()).max().orElse(1);
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
