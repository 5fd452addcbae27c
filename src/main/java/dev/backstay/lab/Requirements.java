package dev.backstay.lab;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out, before anything is started, whether this machine can hold a lab. */
record Requirements(LabFiles files) {
  private static final Path TUN = Path.of("/dev/net/tun");
  private static final List<String> PROGRAMS =
      List.of(
          "unshare", "nsenter", "setsid", "setpriv", "taskset", "ip", "ssh", "bash", "debugfs",
          "e2fsck");
  private static final String WHERE = "lab";

  /**
   * @return what to boot
   * @throws ProblemException with everything that is missing
   */
  Artifacts check(Kernel kernel) {
    List<Problem> problems = new ArrayList<>();
    if (!Files.isReadable(files.program("hold"))) {
      problems.add(
          new Problem(
              "lab-programs-missing",
              WHERE,
              "the lab's programs are not in " + files.programs(),
              "start it with ./backstay, or from the folder that has src/main/lab"));
      throw new ProblemException(problems);
    }
    Optional<Artifacts> artifacts = files.artifacts(kernel);
    if (artifacts.isEmpty()) {
      problems.add(
          new Problem(
              "lab-not-built",
              WHERE,
              "there is no %s kernel with a root file system in %s"
                  .formatted(kernel.word(), files.cache()),
              "backstay lab build --kernel " + kernel.word()));
    }
    PROGRAMS.stream()
        .filter(program -> !isOnPath(program))
        .forEach(program ->
            problems.add(
                new Problem(
                    "lab-program-missing",
                    WHERE,
                    "the program " + program + " is not installed",
                    "on Debian: apt install util-linux iproute2 openssh-client bash e2fsprogs")));
    checkTun().ifPresent(problems::add);
    if (problems.isEmpty()) {
      checkNamespaces().ifPresent(problems::add);
    }
    return artifacts
        .filter(found -> problems.isEmpty())
        .orElseThrow(() -> new ProblemException(problems));
  }

  private static Optional<Problem> checkTun() {
    if (!Files.exists(TUN)) {
      return Optional.of(
          new Problem(
              "lab-tun-missing",
              WHERE,
              TUN + " does not exist, so hosts cannot be joined by a network",
              "modprobe tun; in a container: start it with --device /dev/net/tun"));
    }
    if (!Files.isReadable(TUN) || !Files.isWritable(TUN)) {
      return Optional.of(
          new Problem(
              "lab-tun-not-writable",
              WHERE,
              TUN + " cannot be opened for reading and writing by this user",
              "chmod 666 " + TUN + " (it is harmless: devices need rights over a network)"));
    }
    return Optional.empty();
  }

  /** Makes the namespaces for a moment; if that fails, says which switch forbids it. */
  private Optional<Problem> checkNamespaces() {
    try {
      Process check =
          new ProcessBuilder("sh", files.program("hold").toString(), "check")
              .redirectErrorStream(true)
              .start();
      check.getOutputStream().close();
      String said =
          new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (check.waitFor() == 0) {
        return Optional.empty();
      }
      return Optional.of(
          new Problem(
              "lab-namespaces-refused",
              WHERE,
              "the namespaces of the lab cannot be made: " + said,
              namespaceHint()));
    } catch (IOException e) {
      return Optional.of(
          new Problem("lab-namespaces-refused", WHERE, String.valueOf(e.getMessage()), ""));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(
          new Problem("interrupted", WHERE, "interrupted while trying the namespaces", ""));
    }
  }

  private static String namespaceHint() {
    if (sysctl("kernel/unprivileged_userns_clone").equals("0")) {
      return "user namespaces are switched off: sysctl kernel.unprivileged_userns_clone=1, or be"
          + " root";
    }
    if (sysctl("kernel/apparmor_restrict_unprivileged_userns").equals("1")) {
      return "AppArmor keeps them from users: sysctl"
          + " kernel.apparmor_restrict_unprivileged_userns=0, or be root";
    }
    if (sysctl("user/max_user_namespaces").equals("0")) {
      return "user namespaces are switched off: sysctl user.max_user_namespaces=10000, or be root";
    }
    return "in a container: it needs --privileged, or rights to make namespaces and to mount";
  }

  private static String sysctl(String name) {
    try {
      return Files.readString(Path.of("/proc/sys/" + name)).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean isOnPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
    return List.of(path.split(":", -1)).stream()
        .filter(folder -> !folder.isEmpty())
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
