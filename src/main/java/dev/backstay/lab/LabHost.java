package dev.backstay.lab;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One host of a lab that is up, and what can happen to it. Each method returns when it has happened
 * and was read back. Instances keep nothing and are safe for use by several threads.
 */
public final class LabHost {
  /** A process that was killed is gone within milliseconds; a busy machine may take its time. */
  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  private final LabFiles files;
  private final Guests guests;
  private final Guests.Door door;
  private final String name;

  LabHost(LabFiles files, Guests guests, Guests.Door door, String name) {
    this.files = files;
    this.guests = guests;
    this.door = door;
    this.name = name;
  }

  public String name() {
    return name;
  }

  /**
   * Takes the host's cable away, until {@link #uncut}.
   *
   * @throws ProblemException {@code lab-not-done} if the link is up still
   */
  public void cut() {
    link("down", "cut", name);
  }

  /**
   * Takes the host's cable away for a time. Returns at once; the cable comes back even if this
   * process has ended by then.
   *
   * @param time whole seconds, at least one
   */
  public void cut(Duration time) {
    if (time.toSeconds() < 1) {
      throw new IllegalArgumentException("a cut lasts a second at least, not " + time);
    }
    link("down", "cut", name, Long.toString(time.toSeconds()));
  }

  /** Puts the cable back. */
  public void uncut() {
    link("up", "uncut", name);
  }

  private void link(String wanted, String... words) {
    List<String> command = new ArrayList<>(List.of("sh", files.program("link").toString()));
    command.addAll(List.of(words));
    String link = output(door.command(command));
    if (!link.equals(wanted)) {
      throw notDone("its link is %s, not %s".formatted(link.isEmpty() ? "unknown" : link, wanted));
    }
  }

  /**
   * Takes its power away: its kernel is killed, what it had not written to its disk is lost. Does
   * nothing if it has none.
   */
  public void powerOff() {
    long limit = System.nanoTime() + END_LIMIT.toNanos();
    while (!Files.exists(files.ended(name))) {
      // Between two kernels there is a boot loader, so it is looked at again.
      Processes.all(files, name).forEach(ProcessHandle::destroyForcibly);
      if (System.nanoTime() > limit) {
        throw notDone("its kernel has not ended");
      }
      pause();
    }
  }

  /**
   * Gives it power: it boots as after a power cut. Does not wait until it has booted.
   *
   * @throws ProblemException {@code lab-host-on} if it has power
   */
  public void powerOn() {
    if (!Files.exists(files.ended(name))) {
      throw new ProblemException(
          "lab-host-on", name, "it has power already", "backstay lab power-off " + name);
    }
    PrivateFiles.removeFile(files.ended(name));
    long limit = System.nanoTime() + END_LIMIT.toNanos();
    while (Processes.kernel(files, name).findFirst().isEmpty()) {
      if (Files.exists(files.ended(name)) || System.nanoTime() > limit) {
        throw notDone("no kernel was started; see " + files.console(name));
      }
      pause();
    }
  }

  /** Whether it has power. A kernel that panicked without {@code panic=N} has ended as well. */
  public boolean hasPower() {
    return !Files.exists(files.ended(name));
  }

  /**
   * Steps its clock, which stays wrong over reboots.
   *
   * @param step whole seconds, forwards or backwards
   * @return by how much the clock is off now in all
   * @throws ProblemException {@code lab-not-done}; {@code lab-host-silent}
   */
  public Duration stepClock(Duration step) {
    return Duration.ofSeconds(number("sh /run/lab-seed/guest-clock " + step.toSeconds()));
  }

  /**
   * Fills its disk until nothing more can be written.
   *
   * @return how many bytes are left for files, which is a few blocks at most
   */
  public long fillDisk() {
    return number("sh /run/lab-seed/guest-disk fill");
  }

  /**
   * Undoes {@link #fillDisk}.
   *
   * @return how many bytes are left for files
   */
  public long freeDisk() {
    return number("sh /run/lab-seed/guest-disk free");
  }

  /**
   * Runs a command on it, over SSH.
   *
   * @return what it printed
   * @throws ProblemException {@code lab-host-silent} if the host does not answer; {@code
   *     lab-not-done} if the command failed
   */
  public String run(String command) {
    List<String> lines = new ArrayList<>();
    int status = guests.run(name, command, lines::add);
    if (status == Guests.NO_CONNECTION) {
      throw new ProblemException(
          "lab-host-silent", name, "it does not answer", "backstay lab status");
    }
    if (status != 0) {
      throw notDone("\"%s\" ended with status %d".formatted(command, status));
    }
    return String.join("\n", lines);
  }

  private long number(String command) {
    String text = run(command).strip();
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw notDone("\"%s\" said \"%s\"".formatted(command, text));
    }
  }

  private ProblemException notDone(String why) {
    return new ProblemException("lab-not-done", name, why, "backstay lab status");
  }

  private String output(ProcessBuilder builder) {
    try {
      Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? text.strip() : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private ProblemException interrupted() {
    Thread.currentThread().interrupt();
    return new ProblemException("interrupted", name, "interrupted while the lab was changed", "");
  }
}
