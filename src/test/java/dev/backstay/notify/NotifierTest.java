package dev.backstay.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Result;
import dev.backstay.testing.Programs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against a real HTTP server and real processes. */
final class NotifierTest {
  private static final List<Topic> ALL = Arrays.asList(Topic.values());

  /** For a process that has done its work. */
  private static final Duration LONG_ENOUGH_TO_END = Duration.ofSeconds(3);

  @TempDir private Path folder;
  private final List<Map<String, String>> received =
      Collections.synchronizedList(new ArrayList<>());
  private final Deque<Integer> answers = new ArrayDeque<>();
  private CountDownLatch mayAnswer = new CountDownLatch(0);
  private Optional<HttpServer> server = Optional.empty();

  @BeforeEach
  void listen() throws IOException {
    HttpServer made =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    made.createContext(
        "/",
        exchange -> {
          try {
            mayAnswer.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          received.add(
              Map.of(
                  "body",
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                  "event",
                  String.valueOf(exchange.getRequestHeaders().getFirst("Backstay-Event")),
                  "id",
                  String.valueOf(exchange.getRequestHeaders().getFirst("Backstay-Delivery")),
                  "signature",
                  String.valueOf(exchange.getRequestHeaders().getFirst("Backstay-Signature"))));
          Integer answer = answers.poll();
          if (answer != null && answer / 100 == 3) {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
          }
          exchange.sendResponseHeaders(answer == null ? 204 : answer, -1);
          exchange.close();
        });
    made.start();
    server = Optional.of(made);
  }

  @AfterEach
  void hangUp() {
    mayAnswer.countDown();
    server.ifPresent(there -> there.stop(0));
  }

  private Target webhook(List<Topic> topics, Optional<Path> secret) {
    int port = server.orElseThrow().getAddress().getPort();
    URI url = URI.create("http://127.0.0.1:" + port + "/hooks/password-in-the-path");
    return new Target(
        "chat", new Target.Channel.Webhook(url, secret), topics, Duration.ofSeconds(5), 3);
  }

  private Target command(String script) {
    return new Target(
        "pager",
        new Target.Channel.Command(List.of("sh", "-c", script, "sh", folder.toString())),
        ALL,
        Duration.ofSeconds(5),
        2);
  }

  private Undelivered undelivered() {
    return new Undelivered(folder.resolve("undelivered.jsonl"));
  }

  private Notifier notifier(Duration lastCall, Target... targets) {
    return new Notifier(
        List.of(targets),
        undelivered(),
        Clock.systemUTC(),
        result -> result == Result.ROLLED_BACK ? 3 : 0,
        lastCall,
        Duration.ofMillis(10));
  }

  private static final List<Event> EVENTS =
      List.of(
          new Event.Started(
              Journal.FORMAT,
              "r-1",
              "module",
              "hash",
              List.of(List.of("gw1"), List.of("gw2")),
              1,
              "anna@ops"),
          new Event.WaveStarted(1, List.of("gw1")),
          new Event.StepBegan("gw1", "apply"),
          new Event.WaveJudged(1, true, "every gateway passed"),
          new Event.WaveJudged(2, false, "gw2: fail"),
          new Event.GatewayEnded("gw2", "unknown", "no answer"),
          new Event.GatewayEnded("gw1", "reverted", "wave 2 failed"),
          new Event.Ended(Result.ROLLED_BACK, "gw2: fail"));

  private static void tell(Notifier notifier) {
    for (int i = 0; i < EVENTS.size(); i++) {
      notifier.written(
          new JournalLine(i + 1L, Instant.parse("2026-11-25T03:00:00Z"), "0", EVENTS.get(i)));
    }
  }

  @Test
  void what_matters_is_told_in_order_once_and_the_end_by_its_own_name() {
    try (Notifier notifier = notifier(Duration.ofSeconds(20), webhook(ALL, Optional.empty()))) {
      tell(notifier);
    }
    assertThat(received)
        .extracting(one -> one.get("event"))
        .containsExactly("started", "wave-passed", "wave-failed", "needs-person", "rolled-back");
    JsonNode last = JsonMapper.shared().readTree(received.getLast().get("body"));
    assertThat(last.path("text").stringValue()).isEqualTo("Rollout r-1: rolled back. gw2: fail");
    assertThat(last.path("exitStatus").intValue()).isEqualTo(3);
    assertThat(last.path("id").stringValue()).isEqualTo("r-1/8");
    assertThat(received.getLast()).containsEntry("id", "r-1/8").containsEntry("signature", "null");
    assertThat(undelivered().sentences()).isEmpty();
  }

  @Test
  void who_wants_the_end_only_is_told_every_kind_of_it() {
    try (Notifier notifier =
        notifier(Duration.ofSeconds(20), webhook(List.of(Topic.ENDED), Optional.empty()))) {
      tell(notifier);
    }
    assertThat(received).extracting(one -> one.get("event")).containsExactly("rolled-back");
  }

  @Test
  void the_signature_is_what_openssl_makes_of_the_body_with_the_same_secret() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "correct horse\n");
    try (Notifier notifier =
        notifier(Duration.ofSeconds(20), webhook(List.of(Topic.STARTED), Optional.of(secret)))) {
      tell(notifier);
    }
    Path body = Files.writeString(folder.resolve("body"), received.getFirst().get("body"));
    String digest =
        Programs.run("openssl", "dgst", "-sha256", "-hmac", "correct horse", "-r", body.toString());
    assertThat(received.getFirst().get("signature")).isEqualTo("sha256=" + digest.substring(0, 64));
  }

  @Test
  void trouble_over_there_is_tried_again_with_the_same_id() {
    answers.addAll(List.of(503, 429));
    try (Notifier notifier =
        notifier(Duration.ofSeconds(20), webhook(List.of(Topic.STARTED), Optional.empty()))) {
      tell(notifier);
    }
    assertThat(received)
        .extracting(one -> one.get("id"))
        .containsExactly("r-1/1", "r-1/1", "r-1/1");
    assertThat(undelivered().sentences()).isEmpty();
  }

  @Test
  void what_is_refused_or_sent_elsewhere_is_not_tried_again_and_is_told() throws IOException {
    answers.addAll(List.of(404, 302));
    try (Notifier notifier =
        notifier(
            Duration.ofSeconds(20),
            webhook(List.of(Topic.STARTED, Topic.ENDED), Optional.empty()))) {
      tell(notifier);
    }
    assertThat(received).hasSize(2);
    assertThat(undelivered().sentences())
        .containsExactly(
            "chat was not told \"started\" (1 try): it answered 404",
            "chat was not told \"rolled-back\" (1 try): it answered 302");
    assertThat(Files.readString(folder.resolve("undelivered.jsonl")))
        .doesNotContain("password-in-the-path")
        .contains("Rollout r-1: rolled back");
  }

  @Test
  void tries_are_bounded() {
    answers.addAll(List.of(500, 500, 500, 500));
    try (Notifier notifier =
        notifier(Duration.ofSeconds(20), webhook(List.of(Topic.STARTED), Optional.empty()))) {
      tell(notifier);
    }
    assertThat(received).hasSize(3);
    assertThat(undelivered().sentences())
        .containsExactly("chat was not told \"started\" (3 tries): it answered 500");
  }

  @Test
  void one_that_never_answers_holds_up_neither_the_rollout_nor_the_others() {
    mayAnswer = new CountDownLatch(1);
    Notifier notifier =
        notifier(
            LONG_ENOUGH_TO_END,
            webhook(ALL, Optional.empty()),
            command("cat >>\"$1/told\"; echo >>\"$1/told\""));
    tell(notifier);
    await()
        .until(() ->
            Files.exists(folder.resolve("told"))
                && Files.readAllLines(folder.resolve("told")).size() == 5);
    notifier.close();
    assertThat(undelivered().sentences())
        .hasSize(5)
        .allSatisfy(line -> assertThat(line).startsWith("chat was not told"));
  }

  @Test
  void a_command_gets_the_message_on_its_input_and_no_shell_reads_it() throws IOException {
    try (Notifier notifier =
        notifier(Duration.ofSeconds(20), command("cat >>\"$1/told\"; echo >>\"$1/told\""))) {
      tell(notifier);
    }
    assertThat(Files.readAllLines(folder.resolve("told")))
        .hasSize(5)
        .allSatisfy(line ->
            assertThat(JsonMapper.shared().readTree(line).path("rollout").stringValue())
                .isEqualTo("r-1"));
  }

  @Test
  void a_command_that_fails_is_tried_again_and_told_at_the_end() {
    try (Notifier notifier =
        notifier(Duration.ofSeconds(20), command("echo x >>\"$1/tries\"; exit 7"))) {
      notifier.written(new JournalLine(1, Instant.EPOCH, "0", EVENTS.getFirst()));
    }
    assertThat(folder.resolve("tries")).hasContent("x\nx");
    assertThat(undelivered().sentences())
        .containsExactly("pager was not told \"started\" (2 tries): it ended with exit status 7");
  }

  @Test
  void a_command_that_hangs_is_ended_with_its_children() {
    Target hangs =
        new Target(
            "pager",
            new Target.Channel.Command(
                List.of(
                    "sh",
                    "-c",
                    "sleep 600 & echo $! >\"$1/child\"; wait",
                    "sh",
                    folder.toString())),
            List.of(Topic.STARTED),
            Duration.ofSeconds(1),
            1);
    try (Notifier notifier = notifier(Duration.ofSeconds(20), hangs)) {
      tell(notifier);
    }
    assertThat(undelivered().sentences())
        .containsExactly("pager was not told \"started\" (1 try): no end within 1 s");
    await()
        .until(() ->
            ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("child")).strip()))
                .isEmpty());
  }

  @Test
  void a_command_that_is_not_there_is_told() {
    Target absent =
        new Target(
            "pager",
            new Target.Channel.Command(List.of(folder.resolve("absent").toString())),
            ALL,
            Duration.ofSeconds(5),
            3);
    try (Notifier notifier = notifier(Duration.ofSeconds(20), absent)) {
      tell(notifier);
    }
    assertThat(undelivered().sentences())
        .hasSize(5)
        .allSatisfy(line -> assertThat(line).endsWith("(1 try): it cannot be started"));
  }
}
