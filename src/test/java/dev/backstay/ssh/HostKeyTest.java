package dev.backstay.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.testing.Programs;
import dev.backstay.testing.RealSshd;
import dev.backstay.testing.SshKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host is believed only if known_hosts holds its key. */
class HostKeyTest {
  @TempDir static Path directory;

  private static RealSshd server;
  private static SshConnector connector;
  private Path knownHosts;

  @BeforeAll
  static void start() throws IOException {
    Path second = Files.createDirectories(directory.resolve("second")).resolve("rsa");
    SshKeys.generate(second, "rsa", "");
    server = RealSshd.start(directory.resolve("gw1"), "HostKey " + second);
    connector = new SshConnector(SshSettings.defaults());
  }

  @AfterAll
  static void stop() {
    connector.close();
    server.close();
  }

  @BeforeEach
  void emptyKnownHosts(@TempDir Path fresh) {
    knownHosts = fresh.resolve("known_hosts");
  }

  private Target target() {
    Target t = server.target("gw1");
    return new Target("gw1", t.host(), t.port(), t.user(), t.identities(), knownHosts, List.of());
  }

  private void dial() {
    try (Shell shell = connector.fresh(target())) {
      assertThat(shell.run(Command.of("true"))).isEqualTo(new Outcome.Exited(0, "", "", false));
    }
  }

  private Problem refusal() {
    ProblemException refused = catchThrowableOfType(ProblemException.class, this::dial);
    assertThat(refused).as("the dial was refused").isNotNull();
    return refused.problems().getFirst();
  }

  private String otherKey(String name) throws IOException {
    Path key = SshKeys.generate(knownHosts.resolveSibling(name));
    String[] fields = Files.readString(SshKeys.publicHalf(key)).split(" ");
    return fields[0] + " " + fields[1];
  }

  private String hostName() {
    return "[127.0.0.1]:" + server.port();
  }

  @Test
  void pitfall_41_an_unknown_host_is_refused_with_the_line_that_would_make_it_known()
      throws IOException {
    Problem problem = refusal();
    assertThat(problem.text())
        .isEqualTo(
            """
            gw1: the host key of 127.0.0.1 port %d is not in %s.
              hint: its fingerprint is ssh-ed25519 %s. Compare it with the one read on the host \
            itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), and only if they are equal \
            add this line:
            %s\
            """
                .formatted(
                    server.port(),
                    knownHosts,
                    SshKeys.fingerprint(server.hostKey()),
                    server.knownHostsLine()));
    assertThat(problem.code()).isEqualTo("host-key-unknown");

    String line = problem.text().lines().toList().getLast();
    Files.writeString(knownHosts, line + "\n");
    dial();
  }

  @Test
  void a_changed_key_is_refused_and_both_fingerprints_and_the_line_are_named() throws IOException {
    String other = otherKey("other");
    Files.writeString(knownHosts, "# ours\n\n" + hostName() + " " + other + "\n");
    assertThat(refusal())
        .isEqualTo(
            new Problem(
                "host-key-changed",
                "gw1",
                "the host key of 127.0.0.1 port "
                    + server.port()
                    + " has changed: "
                    + knownHosts
                    + ":3 holds ssh-ed25519 "
                    + SshKeys.fingerprint(knownHosts.resolveSibling("other"))
                    + ", the server shows ssh-ed25519 "
                    + SshKeys.fingerprint(server.hostKey())
                    + ".",
                "either the host was installed anew, or somebody is between you and it. Ask"
                    + " whoever runs it for the new fingerprint over another way; only if it is"
                    + " the one above, replace that line."));
  }

  @Test
  void hashed_names_are_understood() throws IOException {
    Files.writeString(knownHosts, server.knownHostsLine() + "\n");
    Programs.run("ssh-keygen", "-Hf", knownHosts.toString());
    assertThat(Files.readString(knownHosts)).startsWith("|1|");
    dial();
  }

  @Test
  void a_revoked_key_is_refused_even_if_another_line_allows_it() throws IOException {
    String key = server.knownHostsLine();
    Files.writeString(knownHosts, key + "\n@revoked * " + key.substring(key.indexOf(' ') + 1));
    Problem problem = refusal();
    assertThat(problem.code()).isEqualTo("host-key-changed");
    assertThat(problem.what()).endsWith("marks as @revoked.");
  }

  @Test
  void a_revocation_that_cannot_be_read_lets_nobody_in() throws IOException {
    Files.writeString(knownHosts, server.knownHostsLine() + "\n@revoked [gw*]:* nonsense\n");
    assertThat(refusal().hint())
        .isEqualTo(
            "mend the file, or let this account read it: line 2 revokes something and cannot be"
                + " read");
  }

  @Test
  void a_host_known_by_its_rsa_key_alone_is_asked_for_that_key() throws IOException {
    String[] rsa = Files.readString(directory.resolve("second/rsa.pub")).split(" ");
    Files.writeString(knownHosts, hostName() + " " + rsa[0] + " " + rsa[1] + "\n");
    dial();
  }

  @Test
  void a_line_that_makes_no_sense_hides_no_other_line() throws IOException {
    Files.writeString(knownHosts, "nonsense\n@what is this\n" + server.knownHostsLine() + "\n");
    dial();
  }

  @Test
  void the_key_of_another_port_on_the_same_host_does_not_count() throws IOException {
    String key = server.knownHostsLine();
    Files.writeString(knownHosts, "127.0.0.1" + key.substring(key.indexOf(' ')) + "\n");
    assertThat(refusal().code()).isEqualTo("host-key-unknown");
  }

  @Test
  void the_key_known_for_an_address_does_not_vouch_for_a_name_that_resolves_to_it()
      throws IOException {
    Files.writeString(knownHosts, server.knownHostsLine() + "\n");
    Target t = target();
    Target byName =
        new Target("gw1", "localhost", t.port(), t.user(), t.identities(), knownHosts, List.of());
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> connector.fresh(byName).close());
    assertThat(refused.problems().getFirst().code()).isEqualTo("host-key-unknown");
  }

  @Test
  void a_host_certificate_is_believed_if_its_authority_is() throws IOException {
    Path authority = SshKeys.generate(knownHosts.resolveSibling("ca"));
    Path certified = knownHosts.resolveSibling("certified");
    Files.createDirectories(certified);
    Path key = SshKeys.generate(certified.resolve("signed"));
    Programs.run(
        "ssh-keygen",
        "-q",
        "-s",
        authority.toString(),
        "-I",
        "gw1",
        "-h",
        "-n",
        "127.0.0.1",
        SshKeys.publicHalf(key).toString());
    try (RealSshd other =
        RealSshd.start(
            certified.resolve("sshd"), "HostKey " + key, "HostCertificate " + key + "-cert.pub")) {
      String[] ca = Files.readString(SshKeys.publicHalf(authority)).split(" ");
      Files.writeString(
          knownHosts,
          "@cert-authority [127.0.0.1]:" + other.port() + " " + ca[0] + " " + ca[1] + "\n");
      Target t = other.target("gw2");
      try (Shell shell =
          connector.fresh(
              new Target(
                  "gw2", t.host(), t.port(), t.user(), t.identities(), knownHosts, List.of()))) {
        assertThat(shell.gateway()).isEqualTo("gw2");
      }
    }
  }
}
