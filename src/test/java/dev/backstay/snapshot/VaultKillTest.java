package dev.backstay.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstay.problem.ProblemException;
import dev.backstay.testing.Programs;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that saves, packs, prunes, merges and pushes is killed (SIGKILL) at moments that nobody
 * chose.
 */
@Tag("slow")
final class VaultKillTest {
  private static final int KILLS = 200;

  /** On a machine that has much else to do, fewer kills; how many is printed. */
  private static final Duration ENOUGH = Duration.ofMinutes(5);

  private static final int LATEST_KILL_MILLIS = 300;

  @Test
  void a_kill_at_any_moment_leaves_a_vault_that_verifies_with_the_last_snapshot_that_was_told(
      @TempDir Path folder) throws Exception {
    long seed = new SecureRandom().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Controller one = Controller.made(folder.resolve("one"));
    Controller two = one.second(folder.resolve("two"));
    Path remote = Controller.emptyRemote(folder.resolve("remote.git"));
    one.remote(remote);
    two.remote(remote);
    AtomicInteger kills = new AtomicInteger();
    Instant end = Instant.now().plus(ENOUGH);
    // Side by side, so that each also meets what the other has pushed.
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<?>> sides = new ArrayList<>();
      for (Controller controller : List.of(one, two)) {
        Random moments = new Random(random.nextLong());
        sides.add(
            threads.submit(() -> {
              while (kills.get() < KILLS && Instant.now().isBefore(end)) {
                killOnce(controller, moments.nextInt(LATEST_KILL_MILLIS));
                kills.incrementAndGet();
              }
              return controller;
            }));
      }
      for (Future<?> side : sides) {
        side.get();
      }
    }
    System.out.println(kills + " kills");
    // Whatever was cut off, both come to one history in the end, and so does the remote.
    Vault ours = Vault.open(one.place(), Clock.systemUTC(), new SecureRandom());
    Vault theirs = Vault.open(two.place(), Clock.systemUTC(), new SecureRandom());
    // A lock that one left at the remote keeps the other out for a minute.
    await("both can push")
        .atMost(Duration.ofMinutes(3))
        .ignoreExceptions()
        .until(() -> {
          ours.push();
          theirs.push();
          ours.push();
          return true;
        });
    assertThat(one.tip()).isEqualTo(two.tip());
    Programs.run("git", "-C", remote.toString(), "fsck", "--strict", "--no-dangling");
  }

  private static void killOnce(Controller controller, int milliseconds) throws Exception {
    String told = savesUntilKilled(controller.folder(), milliseconds);
    controller.git("fsck", "--strict", "--no-dangling");
    Vault vault = Vault.open(controller.place(), Clock.systemUTC(), new SecureRandom());
    vault.verifyChain();
    if (!told.isEmpty()) {
      for (String commit : List.of(told, "main")) {
        assertThat(vault.verify(commit, "gw1", controller.identity()))
            .isInstanceOf(ReadBack.Decrypted.class);
      }
    }
  }

  /** The id of the last commit that the process said it had saved; empty if it said nothing. */
  private static String savesUntilKilled(Path folder, int milliseconds) throws Exception {
    Process saver =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Saver.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String told = "";
    try (BufferedReader lines = saver.inputReader(StandardCharsets.UTF_8)) {
      String first = lines.readLine();
      told = first == null ? "" : first;
      // The moment of the kill, not a wait for something.
      saver.waitFor(milliseconds, TimeUnit.MILLISECONDS);
      // By its handle: the process object would close what it has told.
      saver.toHandle().destroyForcibly();
      saver.waitFor();
      for (String line : lines.lines().filter(line -> line.length() == 40).toList()) {
        told = line;
      }
    }
    return told;
  }

  /** Saves another state again and again, and tells each commit; in between the other jobs. */
  static final class Saver {
    private Saver() {}

    public static void main(String[] arguments) throws Exception {
      VaultPlace place = VaultPlace.in(Path.of(arguments[0]));
      Vault vault = Vault.open(place, Clock.systemUTC(), new SecureRandom());
      // Which job comes first differs, so that each is met by kills soon after the start.
      int job = new Random().nextInt(4);
      for (int number = 0; ; number++) {
        save(vault, number);
        switch ((job + number) % 4) {
          case 0 -> push(vault);
          case 1 -> pack(place);
          case 2 -> {
            vault.prune(new Retention(6, 0, 0, 0), List.of(), false);
            vault.dropPruned();
          }
          default -> save(vault, number);
        }
      }
    }

    private static void save(Vault vault, int number) {
      TreeMap<String, String> files = new TreeMap<>();
      for (String name : List.of("a", "b", "c")) {
        files.put(name, name + Instant.now() + number);
      }
      Capture capture = Controller.capture(Instant.now(), files);
      System.out.println(vault.save("gw1", capture, "again").snapshot().commit());
      System.out.flush();
    }

    /** What another one's death has left at the remote is no reason to stop saving. */
    private static void push(Vault vault) {
      try {
        vault.push();
      } catch (ProblemException locked) {
        assertThat(locked.problems())
            .allMatch(problem -> Set.of("remote-locked", "remote-moved").contains(problem.code()));
      }
    }

    private static void pack(VaultPlace place) throws Exception {
      try (VaultLock turn = VaultLock.acquire(place.lock(), Duration.ofSeconds(10));
          VaultRepository repository = VaultRepository.open(place.repository())) {
        new PackVault(repository, 10).packIfDue();
      }
    }
  }
}
