package dev.backstay.lab;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The two processes that hold the lab, as seen from outside: the supervisor (unshare) and its only
 * child, process 1 of the lab's pid namespace. See {@code src/main/lab/hold}.
 */
record Holder(ProcessHandle supervisor, long started) {
  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  /** Finds the processes of a remembered run; empty if they have ended. */
  static Optional<Holder> find(Run run) {
    OptionalLong ticks = Processes.startTicks(run.supervisor());
    if (ticks.isEmpty() || ticks.getAsLong() != run.started()) {
      return Optional.empty();
    }
    return ProcessHandle.of(run.supervisor()).map(process -> new Holder(process, run.started()));
  }

  static Holder start(LabFiles files, Artifacts artifacts, boolean attached) {
    Path log = files.run().resolve("hold.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                "sh",
                files.program("hold").toString(),
                "start",
                files.run().toString(),
                files.images().toString(),
                artifacts.linux().toString(),
                artifacts.rootfs().toString(),
                attached ? "attached" : "detached")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    if (!attached) {
      // With a pipe the lab would end with this process.
      builder.redirectInput(Path.of("/dev/null").toFile());
    }
    try {
      Process process = builder.start();
      Holder holder = new Holder(process.toHandle(), Processes.startTicks(process.pid()).orElse(0));
      holder.awaitReady(files.run().resolve("ready"), log);
      return holder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady(Path ready, Path log) throws IOException {
    while (!Files.exists(ready)) {
      if (!isAlive()) {
        throw new ProblemException(
            "lab-not-held",
            "lab",
            "the lab's namespaces could not be made: " + Files.readString(log).strip(),
            "");
      }
      pause();
    }
  }

  boolean isAlive() {
    OptionalLong ticks = Processes.startTicks(supervisor.pid());
    return ticks.isPresent() && ticks.getAsLong() == started;
  }

  /** Process 1 of the lab's pid namespace; empty if the lab is ending. */
  Optional<ProcessHandle> first() {
    return supervisor.children().findFirst();
  }

  /**
   * Ends everything in the lab and returns when it is gone. The kernel ends a pid namespace before
   * it lets its first process go, so once both processes are gone nothing is left.
   */
  void end() {
    Optional<ProcessHandle> first = first();
    first.ifPresent(ProcessHandle::destroyForcibly);
    supervisor.destroyForcibly();
    long limit = System.nanoTime() + END_LIMIT.toNanos();
    while (isAlive() || first.filter(Holder::exists).isPresent()) {
      if (System.nanoTime() > limit) {
        throw new ProblemException(
            "lab-not-ended",
            "lab",
            "process %d still has not ended".formatted(supervisor.pid()),
            "look at it with: ps -o pid,stat,wchan,args " + supervisor.pid());
      }
      pause();
    }
  }

  private static boolean exists(ProcessHandle process) {
    return Processes.startTicks(process.pid()).isPresent();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException("interrupted", "lab", "interrupted while waiting for the lab", "");
    }
  }
}
