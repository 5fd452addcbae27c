package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Snapshot;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "list",
    description = "Newest first: when, of which gateway, its commit, who took it, and why.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay snapshot list --gateway gw1 --since 30d"})
final class SnapshotListCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  @Option(names = "--gateway", paramLabel = "NAME", description = "Repeat for several.")
  private List<String> gateways = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      description = "A day (2026-01-31), a moment (2026-01-31T10:00:00Z), or 12h, 30d, 8w ago.")
  private Optional<String> since = Optional.empty();

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @ParentCommand private SnapshotCommand snapshot;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Instant from = since.map(text -> moment(text, Clock.systemUTC())).orElse(Instant.MIN);
    for (Snapshot one : snapshot.vault().list()) {
      boolean wanted = gateways.isEmpty() || gateways.contains(one.gateway());
      if (wanted && !one.savedAt().isBefore(from)) {
        out.println(json ? JSON.writeValueAsString(one) : text(one));
      }
    }
    return ExitCode.DONE.status();
  }

  private static String text(Snapshot one) {
    String rollout =
        one.rollout()
            .filter(id -> !one.reason().contains(id))
            .map(" (rollout %s)"::formatted)
            .orElse("");
    return "%s  %-12s %s  %s, %s  %s%s"
        .formatted(
            one.savedAt(),
            one.gateway(),
            one.commit().substring(0, 10),
            one.author().replaceFirst(".*<(.*)>$", "$1"),
            one.signer().map("signed by %s"::formatted).orElse("signed by nobody known here"),
            one.reason(),
            rollout);
  }

  static Instant moment(String text, Clock clock) {
    try {
      if (text.matches("[0-9]{1,5}[hdw]")) {
        long count = Long.parseLong(text.substring(0, text.length() - 1));
        Duration ago =
            switch (text.charAt(text.length() - 1)) {
              case 'h' -> Duration.ofHours(count);
              case 'd' -> Duration.ofDays(count);
              default -> Duration.ofDays(7 * count);
            };
        return clock.instant().minus(ago);
      }
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException malformed) {
      throw new ProblemException(
          "since-invalid",
          "command line",
          "'" + text + "' is no time",
          "write a day (2026-01-31), a moment (2026-01-31T10:00:00Z), or 12h, 30d, 8w");
    }
  }
}
