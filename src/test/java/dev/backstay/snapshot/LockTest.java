package dev.backstay.snapshot;

import static dev.backstay.snapshot.Controller.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may write, and what a crash leaves behind. */
final class LockTest {
  @TempDir private Path folder;
  private Controller one = Controller.none();
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void vault() {
    one = Controller.made(folder.resolve("one"));
  }

  private Vault open() {
    return Vault.open(
        one.place(),
        Clock.systemUTC(),
        new SecureRandom(),
        () -> {
          throw new AssertionError("no remote");
        },
        told::add);
  }

  private static Saved save(Vault vault, String text) {
    return vault.save("gw1", Controller.capture(Instant.now(), Map.of("a", text)), "r");
  }

  @Test
  void several_that_opened_the_vault_on_their_own_wait_for_their_turn() throws Exception {
    List<Future<Saved>> saves = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 12; i++) {
        String gateway = "gw" + i;
        saves.add(
            threads.submit(() ->
                open()
                    .save(gateway, Controller.capture(Instant.now(), Map.of("a", gateway)), "r")));
      }
    }
    for (Future<Saved> save : saves) {
      assertThat(save.get().committed()).isTrue();
    }
    assertThat(one.vault().list()).hasSize(12);
  }

  @Test
  void a_lock_of_gits_that_a_killed_process_left_is_removed_at_once_and_told() throws Exception {
    Process holder = hold();
    holder.toHandle().destroyForcibly();
    holder.waitFor();
    Path lock = one.place().repository().resolve("refs/heads/main.lock");
    assertThat(lock).exists();
    assertThat(save(open(), "a").committed()).isTrue();
    assertThat(lock).doesNotExist();
    assertThat(told).singleElement().asString().contains("refs/heads/main.lock");
  }

  @Test
  void who_waited_in_vain_takes_nothing_from_who_holds_it() throws Exception {
    try (VaultLock held = VaultLock.acquire(one.place().lock(), Duration.ofSeconds(1))) {
      refused(() -> VaultLock.acquire(one.place().lock(), Duration.ofMillis(20)))
          .containsExactly("vault-busy");
      assertThat(held.crashedSince()).isEmpty();
      Process other = start(Holder.class, one.folder());
      assertThat(other.waitFor(1, TimeUnit.SECONDS)).isFalse();
      assertThat(one.place().repository().resolve("refs/heads/main.lock")).doesNotExist();
      other.toHandle().destroyForcibly();
      other.waitFor();
    }
  }

  @Test
  void one_who_works_for_long_is_named_to_who_waits() throws Exception {
    Process holder = hold();
    try {
      assertThat(holder.isAlive()).isTrue();
      refused(() -> VaultLock.acquire(one.place().lock(), Duration.ofMillis(50)))
          .containsExactly("vault-busy");
      assertThat(Files.readString(one.place().lock())).isEqualTo("process " + holder.pid());
    } finally {
      holder.toHandle().destroyForcibly();
      holder.waitFor();
    }
  }

  @Test
  void a_fresh_lock_of_a_foreign_git_is_left_alone_and_an_old_one_is_removed() throws IOException {
    Path lock = one.place().repository().resolve("refs/heads/main.lock");
    Files.createFile(lock);
    refused(() -> save(open(), "a")).containsExactly("vault-moved");
    assertThat(lock).exists();
    assertThat(told).isEmpty();

    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minusSeconds(61)));
    assertThat(save(open(), "a").committed()).isTrue();
    assertThat(told).hasSize(1);
  }

  @Test
  void packing_keeps_every_snapshot_and_leaves_few_files() throws IOException {
    String first = one.save("gw1", "first");
    for (int i = 0; i < 5; i++) {
      one.later(Duration.ofDays(1)).save("gw1", "state " + i);
    }
    try (VaultRepository repository = VaultRepository.open(one.place().repository())) {
      assertThat(new PackVault(repository, 1000).packIfDue()).isFalse();
      assertThat(new PackVault(repository, 20).packIfDue()).isTrue();
      assertThat(new PackVault(repository, 20).packIfDue()).isFalse();
    }
    assertThat(one.git("count-objects", "-v")).contains("count: 0\n", "packs: 1\n");
    one.git("fsck", "--strict");
    assertThat(one.open().verifyChain().snapshots()).isEqualTo(6);
    assertThat(one.vault().verify(first, "gw1", one.identity()))
        .isInstanceOf(ReadBack.Decrypted.class);
    one.save("gw1", "after packing");
    assertThat(one.plain("gw1", "main")).isEqualTo("after packing");
  }

  /** A process that is in the middle of a commit. */
  private Process hold() throws IOException {
    Process holder = start(Holder.class, one.folder());
    BufferedReader lines = holder.inputReader(StandardCharsets.UTF_8);
    assertThat(lines.readLine()).isEqualTo("held");
    return holder;
  }

  private static Process start(Class<?> program, Path folder) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            program.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Holds the vault's lock and git's until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      VaultPlace place = VaultPlace.in(Path.of(arguments[0]));
      try (VaultLock held = VaultLock.acquire(place.lock(), Duration.ofSeconds(10))) {
        Files.createFile(place.repository().resolve("refs/heads/main.lock"));
        System.out.println("held");
        System.out.flush();
        // Until the test is over; it kills.
        new CountDownLatch(1).await();
      }
    }
  }
}
