package dev.backstay.cli;

import dev.backstay.playbook.PlaybookReader;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.RolloutState;
import dev.backstay.simulation.Fault;
import dev.backstay.simulation.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long a line of a rollout's journal takes to be on the disk, and how long a controller that
 * takes a rollout of 500 gateways over needs before it can ask the first of them: the journal of a
 * simulated rollout is read, proved, folded and opened again.
 */
final class JournalBench {
  private static final int LINES = 2000;
  private static final int GATEWAYS = 500;
  private static final String PLAYBOOK =
      """
      kind: Playbook
      name: bench
      select: tag:edge
      change: {packages: {wireguard-dkms: 1.0.1}, activate: reload-module}
      waves: [1, 4, 20%, rest]
      observe: {window: 60s}
      """;

  private JournalBench() {}

  /**
   * @param arguments an empty folder on the disk that is measured
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    append(folder.resolve("append.jsonl"));
    resume(folder);
  }

  private static void append(Path file) {
    long[] nanos = new long[LINES];
    try (Journal journal = Journal.create(file, Clock.systemUTC(), line -> {})) {
      for (int i = 0; i < LINES; i++) {
        long start = System.nanoTime();
        journal.append(
            i % 2 == 0
                ? new Event.StepBegan("gw%04d".formatted(i), "APPLY")
                : new Event.StepEnded(
                    "gw%04d".formatted(i - 1), "APPLY", "done", "", Map.of("cut", "0.7 s")));
        nanos[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    System.out.printf(
        "append, written and synced, %d lines: median %.2f ms, 99 of 100 within %.2f ms, longest"
            + " %.2f ms%n",
        LINES, nanos[LINES / 2] / 1e6, nanos[LINES * 99 / 100] / 1e6, nanos[LINES - 1] / 1e6);
  }

  private static void resume(Path folder) throws IOException {
    Path simulated = Files.createDirectories(folder.resolve("simulated"));
    new Simulation(
            PlaybookReader.read("bench.yaml", PLAYBOOK),
            Simulation.gateways(GATEWAYS),
            10,
            List.<Fault>of(),
            1,
            simulated)
        .run(0);
    Path journal;
    try (Stream<Path> files = Files.walk(simulated)) {
      journal = files.filter(file -> file.toString().endsWith(".jsonl")).findFirst().orElseThrow();
    }
    for (int run = 0; run < 3; run++) {
      long start = System.nanoTime();
      RolloutState state = RolloutState.fold(Journal.read(journal));
      try (Journal again = Journal.reopen(journal, Clock.systemUTC(), line -> {})) {
        System.out.printf(
            "take over %d gateways, %,d bytes of journal: %.2f s before the first is asked (%s)%n",
            state.gateways().size(),
            Files.size(journal),
            (System.nanoTime() - start) / 1e9,
            again.state().end().map(end -> end.result().words()).orElse("not ended"));
      }
    }
  }
}
