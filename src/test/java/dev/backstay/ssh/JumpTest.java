package dev.backstay.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Outcome.Exited;
import dev.backstay.ssh.Outcome.Lost;
import dev.backstay.testing.FaultyLink;
import dev.backstay.testing.RealSshd;
import dev.backstay.testing.SshKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real jump hosts before a real gateway, all on loopback. */
class JumpTest {
  @TempDir static Path directory;

  private static RealSshd outer;
  private static RealSshd inner;
  private static RealSshd gateway;
  private static Path identity;
  private static Path knownHosts;

  private long outerBefore;
  private long innerBefore;

  @BeforeAll
  static void start() throws IOException {
    outer = RealSshd.start(directory.resolve("outer"));
    inner = RealSshd.start(directory.resolve("inner"));
    gateway = RealSshd.start(directory.resolve("gateway"));
    identity = SshKeys.generate(directory.resolve("identity"));
    knownHosts = directory.resolve("known_hosts");
    StringBuilder known = new StringBuilder();
    for (RealSshd server : List.of(outer, inner, gateway)) {
      Files.writeString(
          server.authorizedKeys(),
          Files.readString(SshKeys.publicHalf(identity)),
          StandardOpenOption.APPEND);
      known.append(server.knownHostsLine()).append('\n');
    }
    Files.writeString(knownHosts, known);
  }

  @AfterAll
  static void stop() {
    outer.close();
    inner.close();
    gateway.close();
  }

  @BeforeEach
  void count() {
    outerBefore = outer.logins();
    innerBefore = inner.logins();
  }

  private static Target target(String name, Target.Jump... jumps) {
    return new Target(
        name,
        gateway.host(),
        gateway.port(),
        gateway.user(),
        List.of(identity),
        knownHosts,
        List.of(jumps));
  }

  @Test
  void a_command_runs_behind_two_jump_hosts() {
    try (SshConnector connector = new SshConnector(SshSettings.defaults())) {
      Shell shell = connector.shared(target("gw1", outer.jump(), inner.jump()));
      assertThat(shell.run(Command.of("echo here"))).isEqualTo(new Exited(0, "here\n", "", false));
    }
    assertThat(outer.logins() - outerBefore).isEqualTo(1);
    assertThat(inner.logins() - innerBefore).isEqualTo(1);
  }

  @Test
  void much_data_goes_through_both_ways_and_arrives_whole() {
    byte[] input = new byte[8_000_000];
    new Random(7).nextBytes(input);
    ByteArrayOutputStream back = new ByteArrayOutputStream();
    try (SshConnector connector = new SshConnector(SshSettings.defaults())) {
      Shell shell = connector.shared(target("gw1", outer.jump(), inner.jump()));
      assertThat(shell.run(Command.of("cat").withInput(input), back))
          .isEqualTo(new Exited(0, "", "", false));
    }
    assertThat(back.toByteArray()).isEqualTo(input);
  }

  @Test
  void pitfall_43_many_gateways_behind_one_jump_host_share_one_connection_to_it() throws Exception {
    try (SshConnector connector = new SshConnector(SshSettings.defaults())) {
      List<Future<Outcome>> outcomes = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 12; i++) {
          Target target = target("gw" + i, outer.jump());
          outcomes.add(threads.submit(() -> connector.shared(target).run(Command.of("echo ok"))));
        }
      }
      assertThat(outcomes).extracting(Future::get).containsOnly(new Exited(0, "ok\n", "", false));
    }
    assertThat(outer.logins() - outerBefore).isEqualTo(1);
  }

  @Test
  void a_gateway_that_the_jump_host_cannot_reach_is_unreachable_and_named() {
    try (SshConnector connector = new SshConnector(SshSettings.defaults())) {
      Target nowhere =
          new Target(
              "gw9", "127.0.0.1", 1, "root", List.of(identity), knownHosts, List.of(outer.jump()));
      ProblemException refused =
          catchThrowableOfType(ProblemException.class, () -> connector.shared(nowhere));
      assertThat(refused.problems().getFirst().what())
          .isEqualTo(
              "127.0.0.1 port 1 cannot be reached: the jump host could not reach it (Connection"
                  + " refused).");
    }
  }

  @Test
  void an_unknown_jump_host_is_refused_and_named(@TempDir Path own) throws IOException {
    Path onlyGateway = own.resolve("known_hosts");
    Files.writeString(onlyGateway, gateway.knownHostsLine() + "\n");
    Target t = target("gw1", outer.jump());
    try (SshConnector connector = new SshConnector(SshSettings.defaults())) {
      ProblemException refused =
          catchThrowableOfType(
              ProblemException.class,
              () ->
                  connector.shared(
                      new Target(
                          "gw1",
                          t.host(),
                          t.port(),
                          t.user(),
                          t.identities(),
                          onlyGateway,
                          t.jumps())));
      assertThat(refused.problems().getFirst().code()).isEqualTo("host-key-unknown");
      assertThat(refused.problems().getFirst().where()).isEqualTo("jump host 127.0.0.1");
    }
  }

  @Test
  void the_host_key_behind_the_jump_host_is_verified_as_well(@TempDir Path own) throws IOException {
    Path onlyJump = own.resolve("known_hosts");
    Files.writeString(onlyJump, outer.knownHostsLine() + "\n");
    Target t = target("gw1", outer.jump());
    try (SshConnector connector = new SshConnector(SshSettings.defaults())) {
      ProblemException refused =
          catchThrowableOfType(
              ProblemException.class,
              () ->
                  connector.shared(
                      new Target(
                          "gw1",
                          t.host(),
                          t.port(),
                          t.user(),
                          t.identities(),
                          onlyJump,
                          t.jumps())));
      assertThat(refused.problems().getFirst().where()).isEqualTo("gw1");
      assertThat(refused.problems().getFirst().hint()).endsWith(gateway.knownHostsLine());
    }
  }

  @Test
  void losing_the_jump_host_loses_the_command_behind_it_and_both_are_dialled_again()
      throws IOException {
    try (FaultyLink link = FaultyLink.to(outer.port());
        SshConnector connector = new SshConnector(SshSettings.defaults())) {
      Files.writeString(
          knownHosts,
          outer.knownHostsLine().replace("]:" + outer.port(), "]:" + link.port()) + "\n",
          StandardOpenOption.APPEND);
      Target target = target("gw1", new Target.Jump("127.0.0.1", link.port(), outer.user()));
      List<String> lines = new CopyOnWriteArrayList<>();
      Shell.Stream stream =
          connector.shared(target).stream(Command.of("echo ready; sleep 60"), lines::add);
      Awaitility.await().until(() -> lines.contains("ready"));
      link.cut();
      assertThat(stream.await()).isEqualTo(new Lost("the connection to gw1 broke"));
      Awaitility.await()
          .untilAsserted(() ->
              assertThat(connector.shared(target).run(Command.of("echo again")))
                  .isEqualTo(new Exited(0, "again\n", "", false)));
    }
  }
}
