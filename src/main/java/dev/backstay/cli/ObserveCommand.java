package dev.backstay.cli;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Facts.InterfaceFacts;
import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.Observation;
import dev.backstay.health.Standing;
import dev.backstay.inventory.Gateway;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import dev.backstay.ssh.Shell;
import dev.backstay.time.Deadline;
import dev.backstay.time.Mailbox;
import dev.backstay.time.Time;
import dev.backstay.wireguard.PublicKey;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "observe",
    description = {
      "Watch who of the peers of a gateway completes handshakes, who does not, and why. Changes",
      "nothing but a table of the packet filter that counts, which is gone when this ends."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  backstay observe gw1",
      "  backstay observe gw1 --for 60s --json",
      "  backstay observe gw1 --for 15s --prometheus"
    })
final class ObserveCommand implements Callable<Integer> {
  private static final Duration LONGEST = Duration.ofHours(12);

  /** The collector speaks every second, on a busy gateway more slowly. */
  private static final Duration SILENCE = Duration.ofSeconds(20);

  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofSeconds(15);

  @Mixin private FleetOptions fleet;

  @Parameters(paramLabel = "GATEWAY", description = "By its name in the inventory.")
  private String name = "";

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      description = "Only this one; may be given again. Default: all that WireGuard has there.")
  private List<String> interfaces = new ArrayList<>();

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "Ends after that. Default: until Ctrl-C; with --prometheus 15s.")
  private Optional<String> time = Optional.empty();

  @Option(
      names = "--server-key",
      paramLabel = "KEY",
      description = {
        "A public key that the gateway had before; may be given again. Clients that still use it",
        "are told as that."
      })
  private List<String> earlierKeys = new ArrayList<>();

  @ArgGroup private Form form = new Form();

  /** How it is told; one of them. */
  static final class Form {
    @Option(names = "--json", description = "One JSON object a second.")
    private boolean json;

    @Option(names = "--prometheus", description = "Metrics as text, once, at the end.")
    private boolean prometheus;
  }

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Optional<Duration> length = length();
    keys();
    Gateway gateway = gateway();
    PrintWriter out = spec.commandLine().getOut();
    try (Connector connector = Wiring.connector()) {
      if (form.prometheus) {
        PictureMetrics metrics = new PictureMetrics(gateway.name(), out);
        watch(connector, gateway, metrics, length.or(() -> Optional.of(LOOK)));
        metrics.write();
      } else if (form.json) {
        watch(connector, gateway, new PictureJson(gateway.name(), out), length);
      } else if (Canvas.isOnTerminal()) {
        watch(connector, gateway, new PictureTable(gateway.name(), out, Canvas.screen()), length);
      } else {
        watch(connector, gateway, new PictureLines(gateway.name(), out), length);
      }
    }
    return ExitCode.DONE.status();
  }

  private Gateway gateway() {
    List<Gateway> named = fleet.select(fleet.inventory(backstay.here()), List.of(name));
    if (named.size() != 1) {
      throw new ProblemException(
          "one-gateway",
          "command line",
          "\"%s\" is %d gateways".formatted(name, named.size()),
          "name one of them");
    }
    return named.getFirst();
  }

  private List<PublicKey> keys() {
    List<String> wrong = earlierKeys.stream().filter(key -> !PublicKey.isOne(key)).toList();
    if (!wrong.isEmpty()) {
      throw new ProblemException(
          "not-a-key",
          "--server-key",
          "\"%s\" is no public key of WireGuard".formatted(wrong.getFirst()),
          "give it as wg show prints it: 44 characters of base64");
    }
    return earlierKeys.stream().map(PublicKey::new).toList();
  }

  private Optional<Duration> length() {
    return time.map(text -> Span.of("not-a-time", "--for", text));
  }

  private void watch(
      Connector connector, Gateway gateway, PictureView view, Optional<Duration> length)
      throws InterruptedException {
    Time real = Time.real();
    Deadline end = real.in(length.orElse(LONGEST));
    List<String> names = names(connector, gateway);
    while (!end.isOver()) {
      try {
        look(connector, gateway, names, view, end);
      } catch (GatewayLostException lost) {
        view.tell("%s cannot be reached: %s. Trying again.".formatted(gateway.name(), lost.why()));
      } catch (ProblemException unreachable) {
        view.tell(unreachable.problems().getFirst().what() + ". Trying again.");
      }
      if (!end.isOver()) {
        real.sleep(AGAIN);
      }
    }
  }

  /** Until the end, or until the gateway tells nothing any more. */
  private void look(
      Connector connector, Gateway gateway, List<String> names, PictureView view, Deadline end)
      throws InterruptedException {
    Time real = Time.real();
    Mailbox<Observation> mailbox = real.mailbox();
    Standing standing = new Standing(keys());
    AtomicReference<String> because = new AtomicReference<>("");
    Set<PublicKey> probes = backstay.here().probePeers().keys(gateway.name());
    String id = "o" + ProcessHandle.current().pid();
    try (Shell.Stream stream =
        new GatewayPrograms(connector.shared(gateway.target()))
            .observe(
                id,
                names,
                LONGEST,
                mailbox::put,
                line -> GatewayPrograms.cannotObserve(line).ifPresent(why -> because.set(why)))) {
      Deadline silence = real.in(SILENCE);
      while (!end.isOver() && !silence.isOver() && because.get().isEmpty()) {
        Optional<Observation> seen = mailbox.poll(Duration.ofSeconds(1));
        if (seen.isPresent()) {
          silence = real.in(SILENCE);
          // What asks for us is nobody who might not get on.
          view.show(standing.accept(seen.get().without(probes)));
        }
      }
      if (!end.isOver()) {
        view.tell(
            because.get().isEmpty()
                ? "%s has told nothing for %d s. Trying again."
                    .formatted(gateway.name(), SILENCE.toSeconds())
                : "%s cannot be observed: %s. Trying again."
                    .formatted(gateway.name(), because.get()));
      }
    }
  }

  private List<String> names(Connector connector, Gateway gateway) {
    Facts facts = new GatewayPrograms(connector.shared(gateway.target())).facts(Set.of());
    List<String> there = facts.interfaces().stream().map(InterfaceFacts::name).toList();
    List<String> missing = interfaces.stream().filter(one -> !there.contains(one)).toList();
    if (there.isEmpty() || !missing.isEmpty()) {
      throw new ProblemException(
          "no-such-interface",
          gateway.name(),
          there.isEmpty()
              ? "WireGuard has no interface there"
              : "WireGuard has no interface %s there, but %s"
                  .formatted(String.join(", ", missing), String.join(", ", there)),
          there.isEmpty() ? "bring one up first" : "name one of those, or none for all");
    }
    return interfaces.isEmpty() ? there : interfaces;
  }
}
