package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import dev.backstay.regression.KnownRegression;
import dev.backstay.regression.KnownRegressions;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "regressions",
    description = {
      "What is known to go wrong with versions of WireGuard, kernels and clients, each with its",
      "source. A plan says by itself which of these its gateways come into; a verdict that is no pass",
      "names them again."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay regressions threaded-napi-stall"})
final class RegressionsCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  @Parameters(paramLabel = "ID", arity = "0..1", description = "One of them, whole.")
  private Optional<String> id = Optional.empty();

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Spec private CommandSpec spec;

  /** What machines are told; conditions are Backstay's own business. */
  private record Told(
      String id,
      String what,
      String symptom,
      String advice,
      List<String> sources,
      boolean inPlans) {
    static Told of(KnownRegression row) {
      return new Told(
          row.id(), row.what(), row.symptom(), row.advice(), row.sources(), row.ofGateways());
    }
  }

  @Override
  public Integer call() {
    List<KnownRegression> chosen =
        id.map(wanted -> List.of(KnownRegressions.shipped().named(wanted).orElseThrow(this::none)))
            .orElseGet(() -> KnownRegressions.shipped().rows());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      chosen.forEach(row -> out.println(JSON.writeValueAsString(Told.of(row))));
    } else if (id.isPresent()) {
      whole(chosen.getFirst(), out);
    } else {
      out.println("Plans are held against these:");
      chosen.stream().filter(KnownRegression::ofGateways).forEach(row -> line(row, out));
      out.println("No fact of a gateway shows these:");
      chosen.stream().filter(row -> !row.ofGateways()).forEach(row -> line(row, out));
    }
    return ExitCode.DONE.status();
  }

  private static void line(KnownRegression row, PrintWriter out) {
    out.println("  %-28s %s".formatted(row.id(), row.what()));
  }

  private static void whole(KnownRegression row, PrintWriter out) {
    out.println(row.id());
    out.println("  what     " + row.what());
    out.println("  shows    " + row.symptom());
    out.println("  do       " + row.advice());
    row.sources().forEach(source -> out.println("  source   " + source));
  }

  private ProblemException none() {
    return new ProblemException(
        "no-such-regression",
        "ID",
        "there is none named \"" + id.orElse("") + "\"",
        "backstay regressions lists them");
  }
}
