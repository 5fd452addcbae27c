package dev.backstay.lab;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Waits until every host is ready, or until one of them cannot be any more. */
final class Startup {
  /** Enough to show a panic with its first frames, or the unit that failed. */
  private static final int CONSOLE_LINES = 20;

  private final LabFiles files;
  private final Topology topology;
  private final Holder holder;
  private final Guests guests;
  private final Progress progress;
  private final Duration limit;
  private final long begin = System.nanoTime();

  Startup(
      LabFiles files,
      Topology topology,
      Holder holder,
      Guests guests,
      Progress progress,
      Duration limit) {
    this.files = files;
    this.topology = topology;
    this.holder = holder;
    this.guests = guests;
    this.progress = progress;
    this.limit = limit;
  }

  /**
   * Returns when all hosts are ready. Otherwise ends the lab, so that nothing waits in vain.
   *
   * @throws ProblemException with the end of the failed host's console
   */
  void await() {
    Map<Host, Future<?>> waiting = new LinkedHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Host host : topology.hosts()) {
        waiting.put(host, threads.submit(() -> awaitHost(host)));
      }
      try {
        watch(waiting);
      } catch (RuntimeException e) {
        // Its SSH sessions end with the lab, and with them the threads.
        holder.end();
        throw e;
      }
    }
  }

  private void watch(Map<Host, Future<?>> waiting) {
    while (waiting.values().stream().anyMatch(one -> !one.isDone())) {
      if (!holder.isAlive()) {
        throw new ProblemException(
            "lab-ended", "lab", "the lab was ended while it came up", "backstay lab up");
      }
      for (Host host : topology.hosts()) {
        if (Files.exists(files.ended(host.name()))) {
          throw failed(host, "its kernel ended while it came up");
        }
      }
      if (System.nanoTime() - begin > limit.toNanos()) {
        Host late =
            waiting.entrySet().stream()
                .filter(entry -> !entry.getValue().isDone())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        throw failed(late, "it was not ready within %d s".formatted(limit.toSeconds()));
      }
      pause(100);
    }
  }

  private void awaitHost(Host host) {
    String command =
        host.clients() == 0
            ? "echo 0"
            : "sh /run/lab-seed/guest-handshakes %d %d"
                .formatted(host.clients(), limit.toSeconds());
    Answers answers = new Answers(host);
    while (holder.isAlive() && guests.run(host.name(), command, answers::line) != 0) {
      pause(500);
    }
  }

  /** Turns the counts a host sends into lines for a person. */
  private final class Answers {
    private final Host host;
    private boolean answered;

    private Answers(Host host) {
      this.host = host;
    }

    void line(String count) {
      if (!answered) {
        answered = true;
        say("answers SSH");
      }
      if (host.clients() > 0 && count.equals(Integer.toString(host.clients()))) {
        say("%s of %s clients have completed a handshake".formatted(count, count));
      }
    }

    private void say(String what) {
      double seconds = (System.nanoTime() - begin) / 1e9;
      progress.line(String.format(Locale.ROOT, "%5.1f s  %s: %s", seconds, host.name(), what));
    }
  }

  private ProblemException failed(Host host, String why) {
    return new ProblemException(
        "lab-host-failed",
        host.name(),
        why + "; its console ends with:\n" + endOf(files.console(host.name())),
        "backstay lab up");
  }

  private static String endOf(Path console) {
    try {
      // Consoles carry whatever the guest prints, not always UTF-8.
      List<String> lines = Files.readAllLines(console, StandardCharsets.ISO_8859_1);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - CONSOLE_LINES), lines.size()));
    } catch (IOException e) {
      return "(no console: " + e.getMessage() + ")";
    }
  }

  private static void pause(long milliseconds) {
    try {
      TimeUnit.MILLISECONDS.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException("interrupted", "lab", "interrupted while the lab came up", "");
    }
  }
}
