package dev.backstay.transaction;

import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.Observation;
import dev.backstay.ssh.Shell;
import dev.backstay.time.Deadline;
import dev.backstay.time.Mailbox;
import dev.backstay.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The stream of observations of one gateway, started again when it breaks. Read by one thread;
 * stays open from the baseline to the end, so that the packet counters begin before the change.
 */
final class Observer implements AutoCloseable {
  /**
   * The collector speaks every second, on a busy gateway more slowly; after this silence it is
   * taken for dead.
   */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  /** A busy gateway's collector may need this long for one line. */
  static final Duration FIRST_WORD = Duration.ofSeconds(30);

  private static final Duration LONGEST_RUN = Duration.ofHours(12);

  private final Supplier<Shell> shells;
  private final String id;
  private final Time time;
  private final Mailbox<Observation> mailbox;
  private final LastLines lastLines = new LastLines();
  private List<String> interfaces = List.of();
  private Optional<Shell.Stream> stream = Optional.empty();
  private Optional<Observation> latest = Optional.empty();
  private volatile String silentBecause = "";
  private int starts;
  private Deadline dead;

  /**
   * @param shells a living connection each time it is asked
   * @param id names the collector's packet filter table, which knows letters and digits only
   */
  Observer(Supplier<Shell> shells, String id, Time time) {
    this.shells = shells;
    this.id = id.replaceAll("[^A-Za-z0-9]", "_");
    this.time = time;
    this.mailbox = time.mailbox();
    this.dead = time.in(SILENCE);
  }

  void start(List<String> names) {
    interfaces = List.copyOf(names);
    begin();
  }

  /** As {@link #start}, unless it runs; a gateway that cannot be reached is tried again later. */
  void begin(List<String> names) {
    if (stream.isEmpty()) {
      interfaces = List.copyOf(names);
      restart();
    }
  }

  private void begin() {
    stream.ifPresent(Shell.Stream::close);
    starts++;
    stream =
        Optional.of(
            new GatewayPrograms(shells.get())
                .observe(id + "_" + starts, interfaces, LONGEST_RUN, mailbox::put, this::heard));
    dead = time.in(SILENCE);
  }

  private void heard(String line) {
    lastLines.add(line);
    GatewayPrograms.cannotObserve(line).ifPresent(why -> silentBecause = ": " + why);
  }

  /** Why it tells nothing, as far as it has said so; begins with a colon. */
  String silentBecause() {
    return silentBecause;
  }

  /** The next observation, or nothing if none comes in time or the gateway cannot be reached. */
  Optional<Observation> next(Duration patience) throws InterruptedException {
    Optional<Observation> seen = mailbox.poll(patience);
    if (seen.isPresent()) {
      dead = time.in(SILENCE);
      latest = seen;
    } else if (dead.isOver()) {
      restart();
    }
    return seen;
  }

  /** Everything that has come meanwhile. */
  List<Observation> all() {
    List<Observation> come = new ArrayList<>();
    for (Optional<Observation> seen = mailbox.poll(); seen.isPresent(); seen = mailbox.poll()) {
      dead = time.in(SILENCE);
      latest = seen;
      come.add(seen.get());
    }
    return come;
  }

  /** Everything that has come meanwhile is taken as read. */
  Optional<Observation> latest() {
    all();
    return latest;
  }

  /** What it has told lately, word by word. */
  LastLines lastLines() {
    return lastLines;
  }

  /**
   * What is seen now, also where nobody looked before; nothing if the gateway does not answer in
   * time.
   *
   * @param names of interfaces, for one that was never started
   */
  Optional<Observation> again(List<String> names) throws InterruptedException {
    if (stream.isPresent() || names.isEmpty()) {
      return latest();
    }
    interfaces = List.copyOf(names);
    restart();
    return next(FIRST_WORD);
  }

  /** What was seen before it is of no use any more, and its collector is gone. */
  void afterRestart() {
    latest();
    latest = Optional.empty();
    restart();
  }

  private void restart() {
    try {
      begin();
    } catch (RuntimeException unreachable) {
      // Not an error of ours: silence is evidence, and the judge hears of it at the end of the
      // window.
      dead = time.in(SILENCE);
    }
  }

  /** What it has told is of no use any more; it can be started again. */
  void end() {
    close();
    all();
    latest = Optional.empty();
    stream = Optional.empty();
  }

  @Override
  public void close() {
    stream.ifPresent(Shell.Stream::close);
  }
}
