package dev.backstay.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.ssh.Outcome.Exited;
import dev.backstay.ssh.Outcome.Lost;
import dev.backstay.ssh.Outcome.Signalled;
import dev.backstay.testing.RealSshd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a real OpenSSH server. */
class CommandTest {
  @TempDir static Path directory;

  private static RealSshd server;
  private static SshConnector connector;
  private static Shell shell;

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
  void a_command_yields_its_output_its_errors_and_its_status() {
    assertThat(shell.run(Command.of("echo out; echo err >&2; exit 7")))
        .isEqualTo(new Exited(7, "out\n", "err\n", false));
  }

  @Test
  void a_command_without_output_or_input_succeeds() {
    assertThat(shell.run(Command.of("true"))).isEqualTo(new Exited(0, "", "", false));
  }

  @Test
  void text_beyond_ascii_arrives_unharmed_in_both_directions() {
    Command command =
        Command.of("cat; echo -n ž").withInput("Grüße\n".getBytes(StandardCharsets.UTF_8));
    assertThat(shell.run(command)).isEqualTo(new Exited(0, "Grüße\nž", "", false));
  }

  @Test
  void input_larger_than_any_window_reaches_the_command_whole() {
    byte[] input = new byte[5_000_000];
    new Random(42).nextBytes(input);
    ByteArrayOutputStream back = new ByteArrayOutputStream();
    assertThat(shell.run(Command.of("cat").withInput(input), back))
        .isEqualTo(new Exited(0, "", "", false));
    assertThat(back.toByteArray()).isEqualTo(input);
  }

  @Test
  void a_command_that_does_not_read_its_input_ends_all_the_same() {
    Command command = Command.of("echo done").withInput(new byte[5_000_000]);
    assertThat(shell.run(command)).isEqualTo(new Exited(0, "done\n", "", false));
  }

  @Test
  void a_command_killed_by_a_signal_is_signalled_and_not_exited() {
    assertThat(shell.run(Command.of("echo so far; kill -TERM $$")))
        .isEqualTo(new Signalled("TERM", "so far\n", ""));
  }

  @Test
  void output_beyond_the_limit_is_dropped_and_said() {
    Command command =
        new Command("seq 1 100000; echo oops >&2", new byte[0], Command.DEFAULT_LIMIT, 6);
    assertThat(shell.run(command)).isEqualTo(new Exited(0, "1\n2\n3\n", "oops\n", true));
  }

  @Test
  void a_command_that_outlives_its_limit_is_lost_and_not_failed() {
    Command command = Command.of("sleep 60").within(Duration.ofMillis(300));
    assertThat(shell.run(command)).isEqualTo(new Lost("no end within 300 ms"));
  }

  @Test
  void a_command_that_prints_without_end_is_lost_at_its_limit() {
    Command command = Command.of("yes").within(Duration.ofMillis(500));
    assertThat(shell.run(command, OutputStream.nullOutputStream()))
        .isEqualTo(new Lost("no end within 500 ms"));
  }

  @Test
  void an_end_that_was_seen_counts_although_a_child_keeps_the_output_open() {
    Command command = Command.of("echo started; sleep 60 & exit 3").within(Duration.ofSeconds(3));
    assertThat(shell.run(command)).isEqualTo(new Exited(3, "started\n", "", true));
  }

  @Test
  void a_sink_that_fails_is_the_callers_trouble_and_gives_the_channel_back() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("disk full");
          }
        };
    for (int i = 0; i < 2 * SshDefaults.CHANNELS_PER_CONNECTION; i++) {
      assertThatThrownBy(() -> shell.run(Command.of("echo x"), broken))
          .isInstanceOf(UncheckedIOException.class)
          .hasRootCauseMessage("disk full");
    }
    assertThat(shell.run(Command.of("echo still here")))
        .isEqualTo(new Exited(0, "still here\n", "", false));
  }

  @Test
  void input_may_be_wiped_once_the_command_has_ended() {
    byte[] secret = "secret".getBytes(StandardCharsets.US_ASCII);
    Path kept = directory.resolve("kept");
    shell.run(Command.of("cat > " + kept).withInput(secret));
    Arrays.fill(secret, (byte) 0);
    assertThat(kept).hasContent("secret");
  }

  @Test
  void a_command_never_shows_its_input() {
    Command command = Command.of("cat").withInput("secret".getBytes(StandardCharsets.US_ASCII));
    assertThat(command.toString()).doesNotContain("secret").contains("6 bytes of input");
  }

  @Test
  void forty_commands_at_once_share_one_connection_and_its_eight_channels() throws Exception {
    long before = server.logins();
    List<Future<Outcome>> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 40; i++) {
        Command command = Command.of("echo " + i);
        outcomes.add(threads.submit(() -> connector.shared(server.target("gw1")).run(command)));
      }
    }
    List<Outcome> expected =
        IntStream.range(0, 40).<Outcome>mapToObj(i -> new Exited(0, i + "\n", "", false)).toList();
    assertThat(outcomes).extracting(Future::get).isEqualTo(expected);
    assertThat(server.logins()).isEqualTo(before);
  }

  @Test
  void an_interrupt_ends_the_wait_and_leaves_the_outcome_unknown() throws Exception {
    Path started = directory.resolve("started");
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> outcome.set(shell.run(Command.of("touch " + started + "; sleep 60"))));
    Awaitility.await().until(() -> Files.exists(started));
    thread.interrupt();
    thread.join();
    assertThat(outcome.get()).isInstanceOf(Lost.class);
  }
}
