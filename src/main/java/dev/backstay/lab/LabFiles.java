package dev.backstay.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Where the lab's files are.
 *
 * @param programs the shell programs, {@code src/main/lab}
 * @param run the run directory of this lab
 * @param locks where the labs of this user have their images and locks, on a disk
 * @param name tells this lab from others of the same user
 * @param cache what {@code build} makes, among it a directory {@code KERNEL-HASH} for each kernel
 *     and recipe
 */
record LabFiles(Path programs, Path run, Path locks, String name, Path cache) {
  /** Another run directory, and with it another lab beside the usual one. */
  static final String RUN_VARIABLE = "BACKSTAY_LAB_RUN";

  /** Set by the launcher: the folder that has {@code src/main/lab}. */
  static final String HOME_PROPERTY = "backstay.home";

  /**
   * @param environment the process's environment
   * @param home the folder that has {@code src/main/lab}
   * @param uid the user's number
   */
  static LabFiles of(Map<String, String> environment, Path home, int uid) {
    Path run = run(environment, uid);
    Path cache = cache(environment).resolve("backstay").resolve("lab");
    return new LabFiles(
        home.resolve("src").resolve("main").resolve("lab").toAbsolutePath().normalize(),
        run,
        cache.resolve("run"),
        name(run),
        cache);
  }

  /** The same, for the lab that has another run directory. */
  LabFiles at(Path otherRun) {
    Path absolute = otherRun.toAbsolutePath().normalize();
    return new LabFiles(programs, absolute, locks, name(absolute), cache);
  }

  /** Two labs of one user, told apart by their run directories, must not share images. */
  private static String name(Path run) {
    return run.getFileName() + "-" + Integer.toHexString(run.toString().hashCode());
  }

  static LabFiles ofThisProcess() {
    return of(System.getenv(), Path.of(System.getProperty(HOME_PROPERTY, "")), uid());
  }

  private static Path run(Map<String, String> environment, int uid) {
    String given = environment.getOrDefault(RUN_VARIABLE, "");
    if (!given.isEmpty()) {
      return Path.of(given).toAbsolutePath().normalize();
    }
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    for (Path parent :
        List.of(
            Path.of(runtime.isEmpty() ? "/nonexistent" : runtime),
            Path.of("/run/user").resolve(Integer.toString(uid)))) {
      if (Files.isDirectory(parent) && Files.isWritable(parent)) {
        return parent.resolve("backstay-lab-" + uid);
      }
    }
    return Path.of("/tmp", "backstay-lab-" + uid);
  }

  private static Path cache(Map<String, String> environment) {
    String given = environment.getOrDefault("XDG_CACHE_HOME", "");
    return given.isEmpty()
        ? Path.of(environment.getOrDefault("HOME", "/root"), ".cache")
        : Path.of(given);
  }

  private static int uid() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The disks of this lab's hosts. */
  Path images() {
    return locks.resolve(name);
  }

  /** Held while a lab is brought up. */
  Path lock() {
    return locks.resolve(name + ".lock");
  }

  Path program(String name) {
    return programs.resolve(name);
  }

  /** What was built last for this kernel; empty if nothing was. */
  Optional<Artifacts> artifacts(Kernel kernel) {
    if (!Files.isDirectory(cache)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> built = Files.newDirectoryStream(cache, kernel.word() + "-*")) {
      return StreamSupport.stream(built.spliterator(), false)
          .filter(Artifacts::isComplete)
          .max(Comparator.comparing(LabFiles::lastModified))
          .map(Artifacts::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileTime lastModified(Path path) {
    try {
      return Files.getLastModifiedTime(path);
    } catch (IOException e) {
      return FileTime.fromMillis(0); // removed just now
    }
  }

  Path seed(String host) {
    return run.resolve("seed").resolve(host);
  }

  Path console(String host) {
    return run.resolve("console").resolve(host);
  }

  /** Holds the exit status of a host's kernel once it has ended. */
  Path ended(String host) {
    return run.resolve("ended").resolve(host);
  }

  Path state() {
    return run.resolve("state");
  }
}
