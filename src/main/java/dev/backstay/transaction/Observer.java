package dev.backstay.transaction;

import dev.backstay.gateway.Observation;
import dev.backstay.ssh.Shell;
import dev.backstay.time.Mailbox;
import dev.backstay.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The stream of observations of one gateway. Read by one thread; stays open from the baseline to
 * the end, so that the packet counters begin before the change.
 */
final class Observer implements AutoCloseable {
  /** A busy gateway's collector may need this long for one line. */
  static final Duration FIRST_WORD = Duration.ofSeconds(30);

  private final Mailbox<Observation> mailbox;
  private final LastLines lastLines = new LastLines();
  private final Collector collector;
  private Optional<Observation> latest = Optional.empty();

  /**
   * @param shells a living connection each time it is asked
   * @param id names the collector's packet filter table, which knows letters and digits only
   */
  Observer(Supplier<Shell> shells, String id, Time time) {
    this.mailbox = time.mailbox();
    this.collector = new Collector(shells, id, time, mailbox::put, lastLines::add);
  }

  void start(List<String> names) {
    collector.start(names);
  }

  /** As {@link #start}, unless it runs; a gateway that cannot be reached is tried again later. */
  void begin(List<String> names) {
    if (!collector.isRunning()) {
      collector.restart(names);
    }
  }

  /** The next observation, or nothing if none comes in time or the gateway cannot be reached. */
  Optional<Observation> next(Duration patience) throws InterruptedException {
    Optional<Observation> seen = mailbox.poll(patience);
    if (seen.isPresent()) {
      latest = seen;
    } else if (collector.isSilent()) {
      collector.restart();
    }
    return seen;
  }

  /** Everything that has come meanwhile. */
  List<Observation> all() {
    List<Observation> come = new ArrayList<>();
    for (Optional<Observation> seen = mailbox.poll(); seen.isPresent(); seen = mailbox.poll()) {
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
    if (collector.isRunning() || names.isEmpty()) {
      return latest();
    }
    collector.restart(names);
    return next(FIRST_WORD);
  }

  /** What was seen before it is of no use any more, and its collector is gone. */
  void afterRestart() {
    latest();
    latest = Optional.empty();
    collector.restart();
  }

  /** What it has told is of no use any more; it can be started again. */
  void end() {
    close();
    all();
    latest = Optional.empty();
  }

  @Override
  public void close() {
    collector.close();
  }
}
