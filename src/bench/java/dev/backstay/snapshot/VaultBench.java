package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Snapshots of a simulated fleet against {@code tar | age | git commit}, on the same files in the
 * same run. Each line is a process of its own, started as the launcher starts Backstay; its time is
 * the whole process, JVM included.
 */
final class VaultBench {
  private VaultBench() {}

  public static void main(String[] arguments) throws Exception {
    int gateways = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    int peers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 500;
    long seed = new SecureRandom().nextLong();
    System.out.printf("%d gateways with %d peers each, seed %d%n%n", gateways, peers, seed);
    Path work = Files.createTempDirectory("vault-bench");
    try {
      new Comparison(work, gateways, peers, new Random(seed)).run();
      VaultYear.run(work.resolve("year"), new Random(seed));
    } finally {
      delete(work);
    }
  }

  /** One command that saves every gateway: what {@link Comparison} starts. */
  static final class SaveAll {
    private SaveAll() {}

    public static void main(String[] arguments) throws IOException {
      VaultPlace place = VaultPlace.in(Path.of(arguments[0]));
      Vault vault = Vault.open(place, Clock.systemUTC(), new SecureRandom());
      for (Path gateway : new Fleet(Path.of(arguments[1])).gateways()) {
        vault.save(gateway.getFileName().toString(), Fleet.capture(gateway), "bench");
      }
      vault.settle(Duration.ZERO);
    }
  }

  private static final class Comparison {
    private final Path work;
    private final Fleet fleet;
    private final Random random;
    private final String recipient;
    private final List<String> first = new ArrayList<>();

    Comparison(Path work, int gateways, int peers, Random random) throws Exception {
      this.work = work;
      this.random = random;
      this.fleet = Fleet.make(work.resolve("fleet"), gateways, peers, random);
      Path identity = work.resolve("identity");
      Files.createDirectories(work.resolve("backstay"));
      Created created =
          Vault.init(
              place(), new Keyholders.NewIdentity(identity), Clock.systemUTC(), new SecureRandom());
      this.recipient = created.recipients().getFirst();
    }

    private VaultPlace place() {
      return VaultPlace.in(work.resolve("backstay"));
    }

    void run() throws Exception {
      System.out.printf("content %,d bytes%n%n", size(fleet.folder()));
      System.out.printf(
          "%-26s %-12s %8s %6s %8s %6s %12s %9s%n",
          "", "run", "seconds", "ratio", "CPU s", "ratio", "growth", "resident");
      round("all new");
      round("unchanged");
      fleet.changeOnePercent(random);
      round("1 % changed");
      System.out.printf("%nratio: how many times as long as Backstay in the same run%n%n");
    }

    private void round(String run) throws Exception {
      Line ours = line("backstay", work.resolve("backstay/snapshots"), saveAll());
      print(run, ours, ours);
      print(run, line("tar|age|git, one commit", work.resolve("all/.git"), shell("all")), ours);
      print(run, line("tar|age|git, one each", work.resolve("each/.git"), shell("each")), ours);
    }

    private List<String> saveAll() {
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx512m",
          "--enable-native-access=ALL-UNNAMED",
          "-cp",
          System.getProperty("java.class.path"),
          SaveAll.class.getName(),
          work.resolve("backstay").toString(),
          fleet.folder().toString());
    }

    private List<String> shell(String how) {
      return List.of(
          Path.of(System.getProperty("bench.home", "src/bench"), "sh", "tar-age-git").toString(),
          fleet.folder().toString(),
          work.resolve(how).toString(),
          recipient,
          how);
    }

    /**
     * @param processor seconds of it, of all processes together
     * @param resident the largest resident set of one process, in kilobytes
     */
    private record Line(
        String what, double seconds, double processor, long growth, long resident) {}

    private Line line(String what, Path repository, List<String> command) throws Exception {
      long before = size(repository);
      Path memory = work.resolve("memory");
      List<String> timed = new ArrayList<>(command);
      timed.addAll(0, List.of("/usr/bin/time", "-f", "%U %S %M", "-o", memory.toString()));
      long start = System.nanoTime();
      int status = new ProcessBuilder(timed).inheritIO().start().waitFor();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (status != 0) {
        throw new IllegalStateException(what + " ended with " + status);
      }
      String[] used = Files.readString(memory).strip().split(" ");
      double processor = Double.parseDouble(used[0]) + Double.parseDouble(used[1]);
      long growth = size(repository) - before;
      return new Line(what, seconds, processor, growth, Long.parseLong(used[2]));
    }

    private void print(String run, Line line, Line ours) {
      boolean again = first.contains(run);
      first.add(run);
      System.out.printf(
          "%-26s %-12s %8.2f %6.1f %8.2f %6.1f %,12d %6d MB%n",
          line.what(),
          again ? "" : run,
          line.seconds(),
          line.seconds() / ours.seconds(),
          line.processor(),
          line.processor() / ours.processor(),
          line.growth(),
          line.resident() / 1024);
    }
  }

  /** Of all files below, in bytes. */
  static long size(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    long bytes = 0;
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  private static void delete(Path folder) throws Exception {
    String listed =
        new String(
            new ProcessBuilder("rm", "-rf", folder.toString())
                .redirectErrorStream(true)
                .start()
                .getInputStream()
                .readAllBytes(),
            StandardCharsets.UTF_8);
    System.out.print(listed);
  }
}
