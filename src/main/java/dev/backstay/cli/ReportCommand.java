package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Report;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
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
    description = "Tell what a rollout did, from its journal.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay report            the latest one"})
final class ReportCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  @Parameters(arity = "0..1", paramLabel = "ROLLOUT", description = "Default: the latest.")
  private Optional<String> rollout = Optional.empty();

  @Option(names = "--json", description = "The journal's lines.")
  private boolean json;

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    WorkingDirectory here = backstay.here().made();
    String id = chosen(here.rollouts());
    List<JournalLine> lines = Journal.read(here.journal(id));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      lines.forEach(line -> out.println(JSON.writeValueAsString(line)));
    } else {
      out.print(Report.of(lines));
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
