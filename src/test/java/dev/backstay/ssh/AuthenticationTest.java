package dev.backstay.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.testing.Programs;
import dev.backstay.testing.RealAgent;
import dev.backstay.testing.RealSshd;
import dev.backstay.testing.SshKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who we are, and what is said when the gateway does not believe it. */
class AuthenticationTest {
  @TempDir static Path directory;
  @TempDir Path own;

  private static RealSshd server;
  private static Path authority;
  private SshSettings settings = SshSettings.defaults();

  @BeforeAll
  static void start() throws IOException {
    authority = SshKeys.generate(Files.createDirectories(directory.resolve("ca")).resolve("ca"));
    server =
        RealSshd.start(
            directory.resolve("gw1"), "TrustedUserCAKeys " + SshKeys.publicHalf(authority));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void withoutAgent() {
    settings = SshSettings.defaults();
  }

  private void dial(Path... identities) {
    Target t = server.target("gw1");
    Target target =
        new Target(
            "gw1", t.host(), t.port(), t.user(), List.of(identities), t.knownHosts(), List.of());
    try (SshConnector connector = new SshConnector(settings)) {
      assertThat(connector.shared(target).run(Command.of("true")))
          .isEqualTo(new Outcome.Exited(0, "", "", false));
    }
  }

  private Problem refusal(Path... identities) {
    ProblemException refused = catchThrowableOfType(ProblemException.class, () -> dial(identities));
    assertThat(refused).as("the dial was refused").isNotNull();
    return refused.problems().getFirst();
  }

  private static Path allow(Path key) throws IOException {
    Files.writeString(
        server.authorizedKeys(),
        Files.readString(SshKeys.publicHalf(key)),
        StandardOpenOption.APPEND);
    return key;
  }

  @ParameterizedTest
  @CsvSource({"ed25519", "rsa", "ecdsa"})
  void a_key_file_of_each_usual_kind_opens_the_door(String type) throws IOException {
    dial(allow(SshKeys.generate(own.resolve("key"), type, "")));
  }

  @Test
  void a_refused_key_is_named_with_its_fingerprint_and_file() {
    Path stranger = SshKeys.generate(own.resolve("stranger"));
    assertThat(refusal(stranger))
        .isEqualTo(
            new Problem(
                "key-refused",
                "gw1",
                "127.0.0.1 port %d lets %s in with no key of ours; offered was ssh-ed25519 %s (%s)."
                    .formatted(
                        server.port(), server.user(), SshKeys.fingerprint(stranger), stranger),
                "add the public key to authorized_keys of "
                    + server.user()
                    + " there, or name the right identity in the inventory."));
  }

  @Test
  void without_any_key_the_missing_file_is_named() {
    Path missing = own.resolve("missing");
    Problem problem = refusal(missing);
    assertThat(problem.code()).isEqualTo("key-refused");
    assertThat(problem.what())
        .endsWith("; there was no key to offer; " + missing + " does not exist.");
  }

  @Test
  void a_file_that_is_no_key_is_named_and_not_quoted() throws IOException {
    Path wrong = Files.writeString(own.resolve("wrong"), "my-password\n");
    assertThat(refusal(wrong).text()).contains(wrong.toString()).doesNotContain("my-password");
  }

  @Test
  void an_encrypted_key_is_pointed_to_the_agent() throws IOException {
    Path locked = allow(SshKeys.generate(own.resolve("locked"), "ed25519", "open sesame"));
    Problem problem = refusal(locked);
    assertThat(problem.code()).isEqualTo("key-refused");
    assertThat(problem.what()).endsWith("; " + locked + " is encrypted and could not be used.");
    assertThat(problem.hint())
        .isEqualTo("an encrypted key is used through the agent: ssh-add " + locked);
  }

  @Test
  void an_encrypted_key_works_through_the_agent() throws IOException {
    Path locked = allow(SshKeys.generate(own.resolve("locked"), "ed25519", "open sesame"));
    try (RealAgent agent = RealAgent.start(own)) {
      agent.add(locked, "open sesame");
      settings = settings.withAgent(agent.socket());
      dial(locked);
    }
  }

  @ParameterizedTest
  @CsvSource({"ed25519", "rsa", "ecdsa"})
  void the_agent_signs_with_each_usual_kind_of_key(String type) throws IOException {
    Path key = allow(SshKeys.generate(own.resolve("key"), type, ""));
    try (RealAgent agent = RealAgent.start(own)) {
      agent.add(key);
      settings = settings.withAgent(agent.socket());
      dial();
    }
  }

  @Test
  void a_named_key_is_offered_first_so_that_a_full_agent_does_not_use_up_the_attempts()
      throws IOException {
    try (RealAgent agent = RealAgent.start(own)) {
      for (int i = 0; i < 8; i++) {
        agent.add(SshKeys.generate(own.resolve("other" + i)));
      }
      Path named = allow(SshKeys.generate(own.resolve("named")));
      agent.add(named);
      settings = settings.withAgent(agent.socket());
      dial(named);
    }
  }

  @Test
  void a_full_agent_without_the_right_key_is_a_refusal_and_not_a_broken_line() {
    try (RealAgent agent = RealAgent.start(own)) {
      for (int i = 0; i < 8; i++) {
        agent.add(SshKeys.generate(own.resolve("other" + i)));
      }
      settings = settings.withAgent(agent.socket());
      assertThat(refusal().code()).isEqualTo("key-refused");
    }
  }

  @Test
  void an_agent_that_is_gone_is_named_and_key_files_still_work() {
    settings = settings.withAgent(own.resolve("nobody"));
    dial(server.userKey());
    assertThat(refusal().what()).endsWith("; no agent answers at " + own.resolve("nobody") + ".");
  }

  @Test
  void a_certificate_beside_the_key_opens_the_door() {
    Path key = SshKeys.generate(own.resolve("key"));
    Programs.run(
        "ssh-keygen",
        "-q",
        "-s",
        authority.toString(),
        "-I",
        "ops",
        "-n",
        server.user(),
        SshKeys.publicHalf(key).toString());
    dial(key);
  }
}
