package dev.backstay.cli;

import dev.backstay.rollout.Result;
import dev.backstay.simulation.Fault;
import dev.backstay.simulation.Simulation;
import dev.backstay.simulation.Simulation.Run;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** What simulated rollouts came to, for people or as JSON lines. */
final class SimulationText {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Simulation simulation;
  private final PrintWriter out;
  private final boolean json;
  private final List<Run> runs = new ArrayList<>();

  SimulationText(Simulation simulation, PrintWriter out, boolean json) {
    this.simulation = simulation;
    this.out = out;
    this.json = json;
  }

  void tell(Run run) {
    runs.add(run);
    if (json) {
      out.println(JSON.writeValueAsString(values(run)));
    }
    out.flush();
  }

  /**
   * @return whether Backstay itself kept all its laws
   */
  boolean end(int wanted) {
    if (!json) {
      heading(wanted);
      if (wanted == 1) {
        one(runs.getFirst());
      } else {
        many();
      }
    }
    List<String> broken = runs.stream().flatMap(run -> run.broken().stream()).distinct().toList();
    if (!broken.isEmpty() && !json) {
      out.println();
      out.println("This must never happen; please report it with the seed:");
      broken.forEach(law -> out.println("  " + law));
    }
    out.flush();
    return broken.isEmpty();
  }

  private void heading(int wanted) {
    out.println(
        "Simulated: playbook %s on %s with %s each, seed %d%s"
            .formatted(
                simulation.playbook().name(),
                Counted.of(simulation.gateways().size(), "gateway"),
                Counted.of(simulation.clients(), "client"),
                simulation.seed(),
                wanted == 1 ? "" : ", " + wanted + " runs"));
    out.println(
        "Faults: "
            + (simulation.faults().isEmpty()
                ? "none"
                : simulation.faults().stream()
                    .map(Fault::toString)
                    .collect(Collectors.joining(", "))));
    out.println();
  }

  private void one(Run run) {
    for (int wave = 1; wave <= run.waves().size(); wave++) {
      boolean failed = run.stopped().filter(Integer.valueOf(wave)::equals).isPresent();
      boolean open = wave == run.waves().size() && run.result().isEmpty() && !failed;
      out.println(
          "  wave %d of %d  %14s  %s"
              .formatted(
                  wave,
                  run.planned(),
                  Counted.of(run.waves().get(wave - 1), "gateway"),
                  failed ? "failed" : open ? "not judged" : "passed"));
      if (failed) {
        out.println("      " + run.reason());
      }
    }
    out.println();
    out.println(
        "%s. That would have taken %s."
            .formatted(capitalised(resultWords(run)), length(run.took())));
    if (run.waves().isEmpty()) {
      out.println(run.reason());
    }
    out.println(
        count("changed at some time", run.touched(), simulation.gateways().size(), "gateways"));
    out.println(count("cut off by the new version", run.cutOff(), allClients(), "clients"));
    out.println(count("without a connection at the end", run.lost(), allClients(), "clients"));
    out.println(
        "At the end %s the new version, %d took it back, %d never changed."
            .formatted(
                run.changed() == 1 ? "1 gateway has" : run.changed() + " gateways have",
                run.reverted(),
                simulation.gateways().size() - run.touched()));
    if (run.unheard() > 0) {
      out.println(
          "A person would have had to look at %s: the controller could not reach %s any more."
              .formatted(Counted.of(run.unheard(), "gateway"), run.unheard() == 1 ? "it" : "them"));
    }
    if (run.attention() > 0) {
      out.println(
          "A person would have had to repair %s, on which the change could not be undone."
              .formatted(Counted.of(run.attention(), "gateway")));
    }
  }

  private long allClients() {
    return (long) simulation.gateways().size() * simulation.clients();
  }

  private static String count(String what, long part, long all, String of) {
    return "  %-32s %8d of %d %s (%.2f%%)"
        .formatted(what, part, all, of, all == 0 ? 0.0 : 100.0 * part / all);
  }

  private void many() {
    Map<String, Long> results =
        runs.stream()
            .collect(
                Collectors.groupingBy(
                    SimulationText::resultWords, TreeMap::new, Collectors.counting()));
    results.forEach((words, count) ->
        out.println("  %5.1f%%  %s".formatted(100.0 * count / runs.size(), words)));
    Map<Integer, Long> stops =
        runs.stream()
            .flatMap(run -> run.stopped().stream())
            .collect(Collectors.groupingBy(wave -> wave, TreeMap::new, Collectors.counting()));
    stops.forEach((wave, count) ->
        out.println(
            "          %.1f%% stopped in wave %d".formatted(100.0 * count / runs.size(), wave)));
    out.println();
    out.println("  %-40s %9s %9s %9s".formatted("", "half", "9 of 10", "worst"));
    spread("gateways changed at some time", Run::touched);
    spread("clients cut off by the new version", Run::cutOff);
    spread("clients without a connection at the end", Run::lost);
    spread("gateways with the new version at the end", Run::changed);
    spread("minutes it would have taken", run -> run.took().toMinutes());
  }

  /** What half of the runs did not exceed, and so on. */
  private void spread(String what, ToLongFunction<Run> value) {
    long[] sorted = runs.stream().mapToLong(value).sorted().toArray();
    out.println(
        "  %-40s %9d %9d %9d"
            .formatted(
                what,
                sorted[(sorted.length - 1) / 2],
                sorted[(int) Math.ceil(0.9 * sorted.length) - 1],
                sorted[sorted.length - 1]));
  }

  private static String resultWords(Run run) {
    return run.result()
        .map(Result::words)
        .orElse(
            run.waves().isEmpty()
                ? "no plan"
                : "the controller died, and each gateway whose lease was open took its change back");
  }

  private static String capitalised(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private static String length(Duration took) {
    return took.toHours() > 0
        ? "%d h %d min".formatted(took.toHours(), took.toMinutesPart())
        : "%d min %d s".formatted(took.toMinutes(), took.toSecondsPart());
  }

  private static Map<String, Object> values(Run run) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("seed", run.seed());
    values.put("result", resultWords(run));
    values.put("waves", run.waves());
    values.put("plannedWaves", run.planned());
    run.stopped().ifPresent(wave -> values.put("stoppedInWave", wave));
    values.put("reason", run.reason());
    values.put("gatewaysChanged", run.touched());
    values.put("clientsCutOff", run.cutOff());
    values.put("clientsLost", run.lost());
    values.put("newAtTheEnd", run.changed());
    values.put("takenBack", run.reverted());
    values.put("needAPerson", run.attention());
    values.put("notReached", run.unheard());
    values.put("seconds", run.took().toSeconds());
    values.put("lawsBroken", run.broken());
    return values;
  }
}
