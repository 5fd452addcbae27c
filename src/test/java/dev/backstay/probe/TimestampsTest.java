package dev.backstay.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import dev.backstay.testing.ChildJvm;
import dev.backstay.wireguard.Tai64n;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TimestampsTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final int EACH = 50;

  @TempDir private Path folder;

  private Timestamps at(Instant now) {
    return Timestamps.keptIn(file(), Clock.fixed(now, ZoneOffset.UTC));
  }

  private Path file() {
    return folder.resolve("timestamp");
  }

  @Test
  void they_go_on_where_the_last_process_stopped_also_when_the_clock_was_set_back() {
    Tai64n first = at(NOW).next();
    assertThat(first).isEqualTo(Tai64n.of(NOW));
    Tai64n second = at(NOW.minus(Duration.ofDays(400))).next();
    assertThat(second).isGreaterThan(first);
    assertThat(at(NOW).next()).isGreaterThan(second);
    assertThat(at(NOW.plusSeconds(1)).next()).isEqualTo(Tai64n.of(NOW.plusSeconds(1)));
  }

  @Test
  void the_same_moment_gives_two() {
    Timestamps timestamps = at(NOW);
    assertThat(timestamps.next()).isLessThan(timestamps.next());
  }

  @Test
  void the_file_is_for_its_owner_alone_and_holds_a_time() throws IOException {
    at(NOW).next();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file())).isEqualTo(Tai64n.of(NOW).hex() + "\n");
  }

  @Test
  void a_file_with_anything_else_in_it_is_refused_and_left_as_it_is() throws IOException {
    for (String text : List.of("", "now\n", "400000006553f10a", "ffffffffffffffffffffffff")) {
      Files.writeString(file(), text);
      assertThatThrownBy(() -> at(NOW).next())
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining(file().toString());
      assertThat(file()).hasContent(text);
    }
  }

  @Test
  void several_threads_and_processes_never_get_the_same() throws Exception {
    Timestamps shared = Timestamps.keptIn(file(), Clock.systemUTC());
    List<Callable<List<String>>> work =
        List.of(() -> take(shared), () -> take(shared), this::child);
    List<String> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(work.size())) {
      for (Future<List<String>> one : threads.invokeAll(work)) {
        List<String> taken = one.get();
        assertThat(taken).hasSize(EACH).isSorted();
        all.addAll(taken);
      }
    }
    assertThat(all).doesNotHaveDuplicates();
  }

  private static List<String> take(Timestamps timestamps) {
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < EACH; i++) {
      taken.add(timestamps.next().hex());
    }
    return taken;
  }

  private List<String> child() throws IOException {
    Process process =
        new ProcessBuilder(ChildJvm.command(Other.class, file().toString()))
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .toList();
  }

  /** Another controller in the same folder. */
  static final class Other {
    private Other() {}

    public static void main(String[] arguments) {
      take(Timestamps.keptIn(Path.of(arguments[0]), Clock.systemUTC()))
          .forEach(System.out::println);
    }
  }
}
