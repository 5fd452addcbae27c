package dev.backstay.cli;

import dev.backstay.health.Calibration;
import dev.backstay.health.PeerState;
import dev.backstay.health.Sample;
import dev.backstay.health.Tally;
import dev.backstay.inventory.Gateway;
import dev.backstay.rollout.Stamp;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import dev.backstay.transaction.WatchUnchanged;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
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
    name = "calibrate",
    description = {
      "Measure what is ordinary: how many clients leave by themselves, and how much those of one",
      "gateway share their fate. Looks as a rollout does, and changes nothing. Do it on several days."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  backstay calibrate tag:edge",
      "  backstay calibrate tag:edge --window 10m"
    })
final class CalibrateCommand implements Callable<Integer> {
  /**
   * Beyond it the bound tells how few were looked at, and a limit made of it would let half a fleet
   * go. Without anybody lost, a hundred clients come below it.
   */
  private static final double LITTLE = 0.05;

  @Mixin private FleetOptions fleet;

  @Parameters(arity = "1..*", paramLabel = "SELECT", description = "Names, tag:…, group:…, site:…")
  private List<String> select = new ArrayList<>();

  @Option(
      names = "--baseline",
      paramLabel = "TIME",
      description = "How long to look at who is active. Default: ${DEFAULT-VALUE}.")
  private String baseline = "30s";

  @Option(
      names = "--window",
      paramLabel = "TIME",
      description = "How long to look at who is heard again. Default: ${DEFAULT-VALUE}.")
  private String window = "240s";

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    WorkingDirectory here = backstay.here().made();
    List<Gateway> gateways = fleet.select(fleet.inventory(here), select);
    Duration looked = length("--baseline", baseline);
    Duration waited = length("--window", window);
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "Looking at %d gateways for %d s. Nothing is changed."
            .formatted(gateways.size(), looked.plus(waited).toSeconds()));
    out.flush();
    Map<String, Sample> lost = new TreeMap<>();
    try (Connector connector = Wiring.connector()) {
      WatchUnchanged watch =
          new WatchUnchanged(
              connector,
              "calibrate" + Stamp.of(Instant.now()),
              looked,
              waited,
              Wiring.probes(here, Optional.empty()),
              Time.real());
      try {
        EachOf.atOnce(gateways, watch::look, (gateway, tally) -> tell(out, gateway, tally, lost));
      } finally {
        // What was seen of the others holds, whatever went wrong with one.
        fit(out, here, Calibrations.made(Instant.now(), waited, lost));
      }
    }
    return status(lost);
  }

  private static Integer status(Map<String, Sample> lost) {
    return Calibration.of(List.copyOf(lost.values())).says()
        ? ExitCode.DONE.status()
        : ExitCode.INCONCLUSIVE.status();
  }

  private static Duration length(String option, String text) {
    return Span.of("not-a-time", option, text);
  }

  private static void tell(
      PrintWriter out, Gateway gateway, Tally tally, Map<String, Sample> lost) {
    int gone = tally.eligible() - tally.count(PeerState.BACK);
    lost.put(gateway.name(), new Sample(tally.eligible(), gone));
    out.println(
        "%-12s %d clients: %d heard again, %d ask in vain, %d silent"
            .formatted(
                gateway.name(),
                tally.eligible(),
                tally.count(PeerState.BACK),
                tally.count(PeerState.FAILED),
                gone - tally.count(PeerState.FAILED)));
  }

  private static void fit(PrintWriter out, WorkingDirectory here, Calibrations.Kept kept) {
    Calibration fit = kept.fit();
    if (!fit.says()) {
      out.println("Fewer than five clients were active, which says nothing. Nothing is kept.");
      return;
    }
    out.println(
        "Churn: %s of %d clients in %d s, at most %s."
            .formatted(
                percent(fit.churn()),
                fit.all().clients(),
                kept.windowSeconds(),
                percent(fit.churnAtMost())));
    out.println(
        "Correlation of clients of one gateway: %s."
            .formatted(
                fit.correlation().isPresent()
                    ? "%s, at most %s"
                        .formatted(number(fit.correlation()), number(fit.correlationAtMost()))
                    : "unknown; it takes two gateways and somebody who leaves"));
    Path file = here.calibrations().keep(kept);
    out.println("Kept as " + here.path().relativize(file));
    out.println(advice(fit));
  }

  /** What a playbook makes of it. */
  static String advice(Calibration fit) {
    return fit.churnAtMost() > LITTLE
        ? "So few clients say little: look at more gateways before a playbook rests on it."
        : "A playbook that expects as much: gates: {silent: %s}".formatted(silent(fit));
  }

  /** A tenth of what may be silent is taken for ordinary churn. */
  private static String silent(Calibration fit) {
    return "%d%%".formatted(Math.min(100, (int) Math.ceil(fit.churnAtMost() * 1000)));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", share * 100);
  }

  private static String number(OptionalDouble value) {
    return String.format(Locale.ROOT, "%.3f", value.orElse(0));
  }
}
