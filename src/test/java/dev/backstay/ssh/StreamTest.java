package dev.backstay.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.ssh.Outcome.Exited;
import dev.backstay.ssh.Outcome.Lost;
import dev.backstay.testing.RealSshd;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs whose output is followed while they run. */
class StreamTest {
  @TempDir static Path directory;

  private static RealSshd server;
  private static SshConnector connector;
  private static Shell shell;

  private final List<String> lines = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void connect() {
    server = RealSshd.start(directory.resolve("gw1"));
    connector = new SshConnector(SshSettings.defaults());
    shell = connector.shared(server.target("gw1"));
  }

  @AfterAll
  static void disconnect() {
    connector.close();
    server.close();
  }

  @Test
  void every_line_arrives_before_the_end_is_told() {
    try (Shell.Stream stream = shell.stream(Command.of("seq 1 5000; printf half"), lines::add)) {
      assertThat(stream.await()).isEqualTo(new Exited(0, "", "", false));
    }
    assertThat(lines).hasSize(5001).startsWith("1", "2").endsWith("5000", "half");
  }

  @Test
  void lines_come_while_the_program_still_runs() {
    try (Shell.Stream _ = shell.stream(Command.of("echo ready; read -r wait"), lines::add)) {
      Awaitility.await().until(() -> lines.contains("ready"));
    }
  }

  @Test
  void closing_shows_the_program_the_end_of_its_input() {
    Path farewell = directory.resolve("farewell");
    Command command = Command.of("echo ready; cat > /dev/null; echo bye > " + farewell);
    Shell.Stream stream = shell.stream(command, lines::add);
    Awaitility.await().until(() -> lines.contains("ready"));
    assertThat(farewell).doesNotExist();
    stream.close();
    stream.close();
    Awaitility.await().until(() -> Files.exists(farewell));
    assertThat(stream.await()).isEqualTo(new Exited(0, "", "", false));
  }

  @Test
  void input_is_sent_first_and_stays_open() {
    Command command =
        Command.of("read -r first; echo got $first; cat > /dev/null; echo end")
            .withInput("one\n".getBytes(StandardCharsets.US_ASCII));
    try (Shell.Stream _ = shell.stream(command, lines::add)) {
      Awaitility.await().until(() -> lines.contains("got one"));
      assertThat(lines).containsExactly("got one");
    }
  }

  @Test
  void a_program_that_ignores_the_end_of_its_input_is_dropped_and_lost() {
    Shell.Stream stream = shell.stream(Command.of("echo ready; sleep 60"), lines::add);
    Awaitility.await().until(() -> lines.contains("ready"));
    stream.close();
    assertThat(stream.await()).isInstanceOf(Lost.class);
  }

  @Test
  void waiting_ends_at_the_limit_while_the_program_goes_on() {
    Command command =
        Command.of("while read -r line; do :; done; echo end").within(Duration.ofMillis(200));
    Shell.Stream stream = shell.stream(command, lines::add);
    assertThat(stream.await()).isEqualTo(new Lost("no end within 200 ms"));
    stream.close();
    Awaitility.await().until(() -> lines.contains("end"));
  }

  @Test
  void a_listener_that_fails_ends_the_stream_and_is_named() {
    try (Shell.Stream stream =
        shell.stream(
            Command.of("echo x; sleep 60"),
            _ -> {
              throw new IllegalStateException("no room");
            })) {
      assertThat(stream.await())
          .isEqualTo(
              new Lost("whoever read the output failed: java.lang.IllegalStateException: no room"));
    }
  }

  @Test
  void a_line_longer_than_the_limit_is_cut_and_the_next_one_is_whole() {
    Command command = new Command("echo 123456; echo 78", new byte[0], Command.DEFAULT_LIMIT, 4);
    try (Shell.Stream stream = shell.stream(command, lines::add)) {
      stream.await();
    }
    assertThat(lines).containsExactly("1234", "78");
  }
}
