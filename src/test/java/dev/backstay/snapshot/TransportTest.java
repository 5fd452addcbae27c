package dev.backstay.snapshot;

import static dev.backstay.snapshot.Controller.emptyRemote;
import static dev.backstay.snapshot.Controller.refused;
import static dev.backstay.snapshot.Controller.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.backstay.testing.RealSshd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A remote on the other end of a real sshd, and of git's own HTTP server. */
final class TransportTest {
  @TempDir private Path folder;
  private Path remote = Path.of("");
  private Controller one = Controller.none();

  @BeforeEach
  void vault() {
    one = Controller.made(folder.resolve("one"));
    remote = emptyRemote(folder.resolve("remote.git"));
  }

  @AfterEach
  void quiet() {
    one.settle();
  }

  private String remoteTip() {
    return run("git", "-C", remote.toString(), "rev-parse", "main");
  }

  private static String url(RealSshd sshd, Path repository) {
    return "ssh://%s@%s:%d%s".formatted(sshd.user(), sshd.host(), sshd.port(), repository);
  }

  private static Synced connect(Controller controller, RealSshd sshd, Path repository) {
    return controller
        .vault()
        .setRemote(
            url(sshd, repository), Optional.of(sshd.userKey()), Optional.of(sshd.knownHosts()));
  }

  @Test
  void over_ssh_a_vault_is_pushed_fetched_and_merged() {
    Controller two = one.second(folder.resolve("two"));
    String ours = one.save("gw1", "a".repeat(200_000));
    String theirs = two.save("gw2", "b");
    try (RealSshd sshd = RealSshd.start(folder.resolve("sshd"))) {
      assertThat(connect(one, sshd, remote).sent()).isEqualTo(2);
      Synced merged = connect(two, sshd, remote);
      assertThat(merged.received()).isEqualTo(1);
      assertThat(one.vault().push().received()).isEqualTo(2);
      // One pushes; two is refused, fetches over the same connection, pushes; one fetches.
      assertThat(sshd.logins()).isEqualTo(1 + 2 + 2);
    }
    assertThat(one.tip()).isEqualTo(two.tip()).isEqualTo(remoteTip());
    assertThat(one.vault().list())
        .extracting(Snapshot::commit)
        .containsExactlyInAnyOrder(ours, theirs);
    run("git", "-C", remote.toString(), "fsck", "--strict");
  }

  @Test
  void a_host_that_is_not_known_is_told_with_its_key_and_nothing_is_sent() throws IOException {
    try (RealSshd sshd = RealSshd.start(folder.resolve("sshd"))) {
      Files.writeString(sshd.knownHosts(), "");
      refused(() -> connect(one, sshd, remote)).containsExactly("host-key-unknown");
      assertThat(sshd.logins()).isZero();
    }
    assertThat(one.vault().status().remote().orElseThrow().pending().orElseThrow().error())
        .startsWith("host-key-unknown");
  }

  @Test
  void a_server_that_refuses_our_key_or_is_gone_is_told_apart() {
    RealSshd sshd = RealSshd.start(folder.resolve("sshd"));
    try (sshd) {
      Path stranger = dev.backstay.testing.SshKeys.generate(folder.resolve("stranger"));
      refused(() ->
              one.vault()
                  .setRemote(
                      url(sshd, remote), Optional.of(stranger), Optional.of(sshd.knownHosts())))
          .containsExactly("key-refused");
    }
    refused(() -> connect(one, sshd, remote)).containsExactly("unreachable");
  }

  @Test
  void what_the_far_side_says_against_a_push_is_passed_on() throws IOException {
    Path hook = remote.resolve("hooks/pre-receive");
    Files.writeString(hook, "#!/bin/sh\necho the vault is frozen >&2\nexit 1\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (RealSshd sshd = RealSshd.start(folder.resolve("sshd"))) {
      refused(() -> connect(one, sshd, remote)).containsExactly("remote-refused");
      assertThat(pendingError()).contains("the vault is frozen");
      refused(() -> connect(one, sshd, folder.resolve("no-such.git")))
          .containsExactly("remote-unreachable");
      assertThat(pendingError()).contains("no-such.git");
    }
  }

  private String pendingError() {
    return one.vault().status().remote().orElseThrow().pending().orElseThrow().error();
  }

  @Test
  void a_remote_that_never_answers_is_not_waited_for() throws IOException {
    one.remote(remote);
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      one.git(
          "config", "remote.origin.url", "http://127.0.0.1:%d/x".formatted(silent.getLocalPort()));
      String commit = one.save("gw1", "a");
      assertThat(one.vault().settle(Duration.ofMillis(200))).as("still trying").isFalse();
      assertThat(one.vault().verify(commit, "gw1", one.identity()))
          .isInstanceOf(ReadBack.Decrypted.class);
      // The push itself gives up after five seconds.
      assertThat(one.vault().settle(Duration.ofSeconds(60))).isTrue();
    }
    assertThat(pendingError()).startsWith("remote-unreachable").contains("ime");
  }

  @Test
  void over_http_a_vault_is_pushed_and_merged() throws IOException {
    run("git", "-C", remote.toString(), "config", "http.receivepack", "true");
    Controller two = one.second(folder.resolve("two"));
    one.save("gw1", "a".repeat(200_000));
    two.save("gw2", "b");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::backend);
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/remote.git";
      one.vault().setRemote(url, Optional.empty(), Optional.empty());
      assertThat(two.vault().setRemote(url, Optional.empty(), Optional.empty()).received())
          .isEqualTo(1);
    } finally {
      server.stop(0);
    }
    assertThat(remoteTip()).isEqualTo(two.tip());
  }

  /** One request through git's own CGI program. */
  private void backend(HttpExchange exchange) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
    Map<String, String> environment = builder.environment();
    environment.put("GIT_PROJECT_ROOT", folder.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    environment.put("PATH_INFO", exchange.getRequestURI().getPath());
    environment.put(
        "QUERY_STRING", Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse(""));
    header(exchange, "Content-Type").ifPresent(type -> environment.put("CONTENT_TYPE", type));
    header(exchange, "Content-Encoding")
        .ifPresent(coding -> environment.put("HTTP_CONTENT_ENCODING", coding));
    header(exchange, "Git-Protocol").ifPresent(version -> environment.put("GIT_PROTOCOL", version));
    byte[] request = exchange.getRequestBody().readAllBytes();
    environment.put("CONTENT_LENGTH", Integer.toString(request.length));
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(request);
    }
    try (InputStream out = process.getInputStream()) {
      int status = 200;
      for (String line = line(out); !line.isEmpty(); line = line(out)) {
        String[] header = line.split(": ", 2);
        if (header[0].equals("Status")) {
          status = Integer.parseInt(header[1].substring(0, 3));
        } else {
          exchange.getResponseHeaders().add(header[0], header[1]);
        }
      }
      byte[] answer = out.readAllBytes();
      exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
      exchange.getResponseBody().write(answer);
    }
    exchange.close();
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.US_ASCII).strip();
  }
}
