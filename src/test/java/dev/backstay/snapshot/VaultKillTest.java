package dev.backstay.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.testing.Programs;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that saves is killed (SIGKILL) at moments that nobody chose. */
@Tag("slow")
final class VaultKillTest {
  private static final int KILLS = 60;

  @Test
  void a_kill_at_any_moment_leaves_a_vault_that_verifies_with_the_last_snapshot_that_was_told(
      @TempDir Path folder) throws Exception {
    long seed = new SecureRandom().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    VaultPlace place = VaultPlace.in(folder);
    Path identity = folder.resolve(".backstay/vault-identity");
    Vault.init(place, new Keyholders.NewIdentity(identity), Clock.systemUTC(), new SecureRandom());
    for (int kill = 0; kill < KILLS; kill++) {
      String told = savesUntilKilled(folder, random.nextInt(400));
      Programs.run("git", "-C", place.repository().toString(), "fsck", "--strict");
      Vault vault = Vault.open(place, Clock.systemUTC(), new SecureRandom());
      if (!told.isEmpty()) {
        assertThat(vault.verify(told, "gw1", Optional.of(Identity.read(identity))))
            .isInstanceOf(ReadBack.Decrypted.class);
        assertThat(vault.verify("main", "gw1", Optional.of(Identity.read(identity))))
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

  /** Saves another state again and again, and tells each commit. */
  static final class Saver {
    private Saver() {}

    public static void main(String[] arguments) throws Exception {
      VaultPlace place = VaultPlace.in(Path.of(arguments[0]));
      // What the message of vault-moved tells people to do after a crash.
      Files.deleteIfExists(place.repository().resolve("refs/heads/main.lock"));
      Vault vault = Vault.open(place, Clock.systemUTC(), new SecureRandom());
      for (int number = 0; ; number++) {
        TreeMap<String, CapturedFile> files = new TreeMap<>();
        for (String name : List.of("a", "b", "c")) {
          byte[] content = (name + Instant.now() + number).getBytes(StandardCharsets.US_ASCII);
          files.put(name, new CapturedFile(SecretBytes.owning(content), 0600, "root:root"));
        }
        Capture capture = new Capture(Instant.now(), files, Facts.ofKernel("k"));
        System.out.println(vault.save("gw1", capture, "again").snapshot().commit());
        System.out.flush();
      }
    }
  }
}
