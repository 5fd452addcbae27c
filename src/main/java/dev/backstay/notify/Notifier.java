package dev.backstay.notify;

import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Result;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Delivers messages, by a thread of its own for each target, so that a slow one holds up neither
 * the rollout nor the others. Hears lines on any thread; {@link #close} is called once.
 */
public final class Notifier implements AutoCloseable {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** So long the end of a command waits for what is still under way. */
  public static final Duration LAST_CALL = Duration.ofSeconds(20);

  /** A rollout has a handful of messages; who is so far behind will not catch up. */
  private static final int MOST_WAITING = 1000;

  private final Messages messages;
  private final Undelivered undelivered;
  private final Clock clock;
  private final Duration lastCall;
  private final List<Post> posts = new ArrayList<>();
  private final Optional<HttpClient> client;

  /**
   * @param targets as {@link NotifyReader} has read them; none is fine
   * @param undelivered hears of what nobody got
   * @param exitStatus of each result
   */
  public static Notifier start(
      List<Target> targets,
      Undelivered undelivered,
      Clock clock,
      ToIntFunction<Result> exitStatus) {
    return new Notifier(targets, undelivered, clock, exitStatus, LAST_CALL, Duration.ofSeconds(1));
  }

  /**
   * @param firstPause between the first two tries
   */
  Notifier(
      List<Target> targets,
      Undelivered undelivered,
      Clock clock,
      ToIntFunction<Result> exitStatus,
      Duration lastCall,
      Duration firstPause) {
    this.messages = new Messages(exitStatus);
    this.undelivered = undelivered;
    this.clock = clock;
    this.lastCall = lastCall;
    this.client =
        targets.stream().anyMatch(target -> target.channel() instanceof Target.Channel.Webhook)
            ? Optional.of(
                HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(10))
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build())
            : Optional.empty();
    targets.forEach(target -> posts.add(new Post(target, delivery(target), firstPause)));
    posts.forEach(Post::start);
  }

  private Delivery delivery(Target target) {
    return switch (target.channel()) {
      case Target.Channel.Webhook webhook -> new PostWebhook(webhook, client.orElseThrow());
      case Target.Channel.Command command -> new RunCommand(command);
    };
  }

  /** A line that an earlier controller wrote, and told: only its place in the story is taken in. */
  public synchronized void known(JournalLine line) {
    messages.of(line);
  }

  /** Never blocks and never throws for what a target does. */
  public synchronized void written(JournalLine line) {
    if (posts.isEmpty()) {
      return;
    }
    messages
        .of(line)
        .ifPresent(topical -> {
          byte[] body = JSON.writeValueAsBytes(topical.message());
          posts.stream()
              .filter(post -> topical.topic().isWantedBy(post.target.topics(), topical.end()))
              .forEach(post ->
                  post.take(new Letter(topical.message().id(), topical.message().event(), body)));
        });
  }

  private record Letter(String id, String event, byte[] body) {}

  /** The letters for one target. */
  private final class Post {
    private final Target target;
    private final Delivery delivery;
    private final Duration firstPause;
    private final BlockingQueue<Letter> letters = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Thread thread;
    private volatile boolean closing;
    private volatile Optional<Letter> inHand = Optional.empty();

    Post(Target target, Delivery delivery, Duration firstPause) {
      this.target = target;
      this.delivery = delivery;
      this.firstPause = firstPause;
      this.thread = Thread.ofVirtual().name("notify " + target.name()).unstarted(this::run);
    }

    void start() {
      thread.start();
    }

    void take(Letter letter) {
      if (!letters.offer(letter)) {
        lost(letter, 0, "too many messages were waiting for it");
      }
    }

    private void run() {
      try {
        while (!closing || !letters.isEmpty()) {
          Letter letter = letters.poll(100, TimeUnit.MILLISECONDS);
          if (letter != null) {
            inHand = Optional.of(letter);
            deliver(letter);
            inHand = Optional.empty();
          }
        }
      } catch (InterruptedException gaveUp) {
        // Whoever interrupts tells what was left.
      }
    }

    private void deliver(Letter letter) throws InterruptedException {
      Duration pause = firstPause;
      for (int turn = 1; ; turn++) {
        Delivery.Outcome outcome =
            delivery.deliver(letter.id(), letter.event(), letter.body(), target.timeout());
        switch (outcome) {
          case Delivery.Outcome.Delivered() -> {
            return;
          }
          case Delivery.Outcome.Refused(String why) -> {
            lost(letter, turn, why);
            return;
          }
          case Delivery.Outcome.NotNow(String why) -> {
            if (turn >= target.tries()) {
              lost(letter, turn, why);
              return;
            }
          }
        }
        Thread.sleep(pause);
        pause = pause.multipliedBy(2);
      }
    }

    void end(long nanos) throws InterruptedException {
      closing = true;
      thread.join(Duration.ofNanos(Math.max(1, nanos - System.nanoTime())));
      if (thread.isAlive()) {
        thread.interrupt();
        thread.join();
        inHand.ifPresent(letter -> lost(letter, 1, "the command did not wait for it any longer"));
        letters.forEach(letter -> lost(letter, 0, "the command did not wait for it any longer"));
      }
    }

    private void lost(Letter letter, int tries, String why) {
      undelivered.add(clock.instant(), target.name(), tries, why, letter.body());
    }
  }

  /** Waits a little for what is under way; what is not delivered by then is undelivered. */
  @Override
  public void close() {
    long end = System.nanoTime() + lastCall.toNanos();
    posts.forEach(post -> post.closing = true);
    try {
      for (Post post : posts) {
        post.end(end);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      posts.forEach(post -> post.thread.interrupt());
    }
    client.ifPresent(HttpClient::shutdownNow);
  }
}
