package dev.backstay.cli;

import dev.backstay.notify.Undelivered;
import dev.backstay.problem.ProblemException;
import dev.backstay.report.HtmlReport;
import dev.backstay.report.JsonReport;
import dev.backstay.report.MarkdownReport;
import dev.backstay.report.Story;
import dev.backstay.report.TextReport;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "report",
    description = {
      "Tell what a rollout did, from its journal: plan, waves, each gateway's steps with their times,",
      "how the clients were judged and who did not come back, what was taken back, and the result."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  backstay report            the latest one",
      "  backstay report --format html -o report.html"
    })
final class ReportCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** What a report can be. */
  enum Format {
    text(TextReport::of, TextReport::ofNothing),
    markdown(MarkdownReport::of, MarkdownReport::ofNothing),
    html(HtmlReport::of, HtmlReport::ofNothing),
    json(JsonReport::of, JsonReport::ofNothing);

    private final BiFunction<Story, List<String>, String> write;
    private final Supplier<String> empty;

    Format(BiFunction<Story, List<String>, String> write, Supplier<String> empty) {
      this.write = write;
      this.empty = empty;
    }

    String of(List<JournalLine> lines, List<String> undelivered) {
      return lines.isEmpty()
          ? empty.get()
          : write.apply(Story.of(lines, result -> ExitCode.of(result).status()), undelivered);
    }
  }

  @Parameters(arity = "0..1", paramLabel = "ROLLOUT", description = "Default: the latest.")
  private Optional<String> rollout = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}. Default: text.")
  private Format format = Format.text;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write it there, in place of what is there, instead of to standard output.")
  private Optional<Path> output = Optional.empty();

  @Option(names = "--json", description = "The journal's lines themselves.")
  private boolean json;

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    WorkingDirectory here = backstay.here().made();
    String id = chosen(here.rollouts());
    List<JournalLine> lines = Journal.read(here.journal(id));
    String text =
        json
            ? lines.stream()
                .map(line -> JSON.writeValueAsString(line) + "\n")
                .collect(Collectors.joining())
            : format.of(lines, new Undelivered(here.undelivered(id)).sentences());
    if (output.isPresent()) {
      WholeFile.write(output.get(), text);
    } else {
      spec.commandLine().getOut().print(text);
    }
    return ExitCode.DONE.status();
  }

  private String chosen(List<String> known) {
    if (known.isEmpty()) {
      throw new ProblemException(
          "no-rollout",
          rollout.orElse(""),
          "no rollout was made in this working directory yet",
          "backstay apply PLAYBOOK makes one");
    }
    String id = rollout.orElse(known.getLast());
    if (!known.contains(id)) {
      throw new ProblemException(
          "unknown-rollout",
          id,
          "there is no such rollout in this working directory",
          "backstay rollouts lists them");
    }
    return id;
  }
}
