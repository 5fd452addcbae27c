package dev.backstay.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Outcome.Exited;
import dev.backstay.ssh.Outcome.Lost;
import dev.backstay.testing.FaultyLink;
import dev.backstay.testing.RealSshd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections: reused, dialled again, broken, and never made. */
class LinkTest {
  @TempDir static Path directory;

  private static RealSshd server;

  @BeforeAll
  static void start() {
    server = RealSshd.start(directory.resolve("gw1"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Target through(FaultyLink link) throws IOException {
    Target t = server.target("gw1");
    Path knownHosts = directory.resolve("known-" + link.port());
    Files.writeString(
        knownHosts,
        server.knownHostsLine().replace("]:" + server.port(), "]:" + link.port()) + "\n");
    return new Target(
        "gw1", t.host(), link.port(), t.user(), t.identities(), knownHosts, List.of());
  }

  private static Problem refusal(SshSettings settings, Target target) {
    try (SshConnector connector = new SshConnector(settings)) {
      ProblemException refused =
          catchThrowableOfType(ProblemException.class, () -> connector.shared(target));
      assertThat(refused).as("the dial was refused").isNotNull();
      return refused.problems().getFirst();
    }
  }

  private static Target withHost(String host, int port) {
    Target t = server.target("gw1");
    return new Target("gw1", host, port, t.user(), t.identities(), t.knownHosts(), List.of());
  }

  @Test
  void pitfall_13_shared_shells_use_one_connection_and_fresh_ones_dial_anew() {
    long before = server.logins();
    try (SshConnector connector = new SshConnector(SshSettings.defaults())) {
      connector.shared(server.target("gw1")).close();
      connector.shared(server.target("gw1")).run(Command.of("true"));
      assertThat(server.logins() - before).isEqualTo(1);
      connector.fresh(server.target("gw1")).close();
      connector.fresh(server.target("gw1")).close();
      assertThat(server.logins() - before).isEqualTo(3);
      assertThat(connector.shared(server.target("gw1")).run(Command.of("true")))
          .isEqualTo(new Exited(0, "", "", false));
      assertThat(server.logins() - before).isEqualTo(3);
    }
  }

  @Test
  void a_link_cut_in_the_middle_of_a_command_leaves_it_lost_and_the_next_shell_dials_again()
      throws IOException {
    try (FaultyLink link = FaultyLink.to(server.port());
        SshConnector connector = new SshConnector(SshSettings.defaults())) {
      Target target = through(link);
      Shell shell = connector.shared(target);
      List<String> lines = new CopyOnWriteArrayList<>();
      Shell.Stream stream = shell.stream(Command.of("echo ready; sleep 60"), lines::add);
      Awaitility.await().until(() -> lines.contains("ready"));
      link.cut();
      assertThat(stream.await()).isEqualTo(new Lost("the connection to gw1 broke"));
      stream.close();
      assertThat(shell.run(Command.of("true"))).isInstanceOf(Lost.class);
      Awaitility.await()
          .untilAsserted(() ->
              assertThat(connector.shared(target).run(Command.of("echo again")))
                  .isEqualTo(new Exited(0, "again\n", "", false)));
    }
  }

  @Test
  void a_silent_link_is_noticed_by_its_missing_heartbeats_and_the_command_is_lost()
      throws IOException {
    SshSettings settings = SshSettings.defaults().withHeartbeat(Duration.ofSeconds(1));
    try (FaultyLink link = FaultyLink.to(server.port());
        SshConnector connector = new SshConnector(settings)) {
      Shell shell = connector.shared(through(link));
      List<String> lines = new CopyOnWriteArrayList<>();
      Shell.Stream stream = shell.stream(Command.of("echo ready; sleep 60"), lines::add);
      Awaitility.await().until(() -> lines.contains("ready"));
      link.fallSilent();
      assertThat(stream.await()).isEqualTo(new Lost("the connection to gw1 broke"));
    }
  }

  @Test
  @Tag("slow")
  void a_live_link_survives_many_heartbeats() {
    SshSettings settings = SshSettings.defaults().withHeartbeat(Duration.ofSeconds(1));
    try (SshConnector connector = new SshConnector(settings)) {
      assertThat(connector.shared(server.target("gw1")).run(Command.of("sleep 6; echo alive")))
          .isEqualTo(new Exited(0, "alive\n", "", false));
    }
  }

  @Test
  void a_port_where_nothing_listens_is_unreachable_in_plain_words() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    assertThat(refusal(SshSettings.defaults(), withHost("127.0.0.1", port)))
        .isEqualTo(
            new Problem(
                "unreachable",
                "gw1",
                "127.0.0.1 port "
                    + port
                    + " cannot be reached: the connection was refused, so nothing listens on that"
                    + " port.",
                "try: ssh -p " + port + " " + server.user() + "@127.0.0.1"));
  }

  @Test
  void a_name_that_does_not_resolve_is_unreachable() {
    assertThat(refusal(SshSettings.defaults(), withHost("no.such.host.invalid", 22)).what())
        .isEqualTo("no.such.host.invalid port 22 cannot be reached: the name does not resolve.");
  }

  @Test
  void a_server_that_accepts_and_never_speaks_is_unreachable_within_the_limit() throws IOException {
    SshSettings impatient =
        SshSettings.defaults().withLimits(Duration.ofSeconds(5), Duration.ofMillis(300));
    try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      assertThat(refusal(impatient, withHost("127.0.0.1", mute.getLocalPort())).what())
          .endsWith(
              "cannot be reached: it answered, but did not finish key exchange and authentication"
                  + " within 300 ms.");
    }
  }

  @Test
  void a_server_that_hangs_up_at_once_is_unreachable() throws IOException {
    try (ServerSocket rude = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              rude.accept().close();
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      assertThat(refusal(SshSettings.defaults(), withHost("127.0.0.1", rude.getLocalPort())).code())
          .isEqualTo("unreachable");
    }
  }

  @Test
  void a_server_that_takes_for_ever_to_judge_a_key_is_unreachable_and_not_a_refusal(
      @TempDir Path own) throws IOException {
    CountDownLatch never = new CountDownLatch(1);
    SshServer slow = SshServer.setUpDefaultServer();
    slow.setHost("127.0.0.1");
    slow.setKeyPairProvider(new SimpleGeneratorHostKeyProvider());
    slow.setPublickeyAuthenticator((user, key, session) -> {
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return false;
    });
    slow.start();
    try {
      Target unknown =
          new Target(
              "gw1",
              "127.0.0.1",
              slow.getPort(),
              server.user(),
              List.of(server.userKey()),
              own.resolve("known_hosts"),
              List.of());
      Problem first = refusal(SshSettings.defaults(), unknown);
      Files.writeString(unknown.knownHosts(), first.hint().lines().toList().getLast() + "\n");
      SshSettings impatient =
          SshSettings.defaults().withLimits(Duration.ofSeconds(5), Duration.ofSeconds(1));
      assertThat(refusal(impatient, unknown).what()).endsWith("authentication within 1 s.");
    } finally {
      never.countDown();
      slow.stop(true);
    }
  }

  @Test
  void a_key_exchange_nobody_knows_is_refused_at_once() {
    SshSettings settings = SshSettings.defaults().withKeyExchanges(List.of("rot13"));
    assertThatThrownBy(() -> new SshConnector(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown key exchange rot13");
  }

  @Test
  void no_thread_is_left_after_the_connector_is_closed() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (SshConnector connector = new SshConnector(SshSettings.defaults())) {
      connector.shared(server.target("gw1")).run(Command.of("true"));
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> !before.contains(thread) && !thread.isDaemon())
        .extracting(Thread::getName)
        .isEmpty();
  }
}
