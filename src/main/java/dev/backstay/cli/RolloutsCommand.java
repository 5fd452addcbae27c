package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.report.Story;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalLine;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "rollouts",
    description =
        "List the rollouts made in this working directory, oldest first: when, of which playbook,"
            + " whether it has ended and how, and how its gateways stand.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay rollouts --json"})
final class RolloutsCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  /**
   * One line of the list.
   *
   * @param state {@code ended}, {@code open} or {@code unreadable}
   * @param result empty before the end
   * @param gateways how many stand how
   */
  record Row(
      String rollout,
      String playbook,
      Optional<Instant> started,
      String state,
      String result,
      Map<String, Long> gateways) {

    static Row of(String id, List<JournalLine> lines) {
      if (lines.isEmpty()) {
        return new Row(id, "", Optional.empty(), "open", "", Map.of());
      }
      Story story = Story.of(lines, result -> ExitCode.of(result).status());
      return new Row(
          id,
          story.playbook(),
          Optional.of(story.began()),
          story.end().isPresent() ? "ended" : "open",
          story.end().map(Event.Ended::result).map(result -> result.words()).orElse(""),
          story.gateways().stream()
              .collect(
                  Collectors.groupingBy(
                      lane -> lane.ending().map(Story.Closing::ending).orElse("open"),
                      TreeMap::new,
                      Collectors.counting())));
    }

    String text() {
      return "%-16s  %-44s %-10s %-22s %s"
          .formatted(
              started.map(MINUTE::format).orElse(""),
              rollout,
              state,
              result,
              gateways.entrySet().stream()
                  .map(entry -> entry.getValue() + " " + entry.getKey())
                  .collect(Collectors.joining(", ")))
          .stripTrailing();
    }
  }

  @Override
  public Integer call() {
    WorkingDirectory here = backstay.here().made();
    PrintWriter out = spec.commandLine().getOut();
    EachOf.run(here.rollouts(), id -> tell(id, here, out));
    return ExitCode.DONE.status();
  }

  private void tell(String id, WorkingDirectory here, PrintWriter out) {
    try {
      say(Row.of(id, Journal.read(here.journal(id))), out);
    } catch (ProblemException unreadable) {
      say(new Row(id, "", Optional.empty(), "unreadable", "", Map.of()), out);
      throw unreadable;
    }
  }

  private void say(Row row, PrintWriter out) {
    out.println(json ? JSON.writeValueAsString(row) : row.text());
  }
}
