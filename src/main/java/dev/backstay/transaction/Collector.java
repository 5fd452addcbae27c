package dev.backstay.transaction;

import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.Observation;
import dev.backstay.ssh.Shell;
import dev.backstay.time.Deadline;
import dev.backstay.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The collector of one gateway, started again when it falls silent. Begun and ended by one thread
 * at a time; what it tells comes on a thread of its own.
 */
final class Collector implements AutoCloseable {
  /**
   * It speaks every second, on a busy gateway more slowly; after this silence it is taken for dead.
   */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private static final Duration LONGEST_RUN = Duration.ofHours(12);

  private final Supplier<Shell> shells;
  private final String id;
  private final Time time;
  private final Consumer<Observation> seen;
  private final Consumer<String> lines;
  private List<String> interfaces = List.of();
  private Optional<Shell.Stream> stream = Optional.empty();
  private int starts;
  private volatile Deadline dead;

  /**
   * @param shells a living connection each time it is asked
   * @param id names the collector's packet filter table, which knows letters and digits only
   * @param lines hears each line as the gateway wrote it
   */
  Collector(
      Supplier<Shell> shells,
      String id,
      Time time,
      Consumer<Observation> seen,
      Consumer<String> lines) {
    this.shells = shells;
    this.id = id.replaceAll("[^A-Za-z0-9]", "_");
    this.time = time;
    this.seen = seen;
    this.lines = lines;
    this.dead = time.in(SILENCE);
  }

  boolean isRunning() {
    return stream.isPresent();
  }

  /** Whether it has told nothing for so long that it will not any more. */
  boolean isSilent() {
    return dead.isOver();
  }

  void start(List<String> names) {
    interfaces = List.copyOf(names);
    stream.ifPresent(Shell.Stream::close);
    starts++;
    stream =
        Optional.of(
            new GatewayPrograms(shells.get())
                .observe(id + "_" + starts, interfaces, LONGEST_RUN, this::tell, lines));
    dead = time.in(SILENCE);
  }

  /** A gateway that cannot be reached is tried again later. */
  void restart() {
    restart(interfaces);
  }

  /** The same, for other interfaces. */
  void restart(List<String> names) {
    try {
      start(names);
    } catch (RuntimeException unreachable) {
      // Not an error of ours: silence is evidence, and the judge hears of it at the end of the
      // window.
      dead = time.in(SILENCE);
    }
  }

  private void tell(Observation observation) {
    dead = time.in(SILENCE);
    seen.accept(observation);
  }

  /** It can be started again. */
  @Override
  public void close() {
    stream.ifPresent(Shell.Stream::close);
    stream = Optional.empty();
  }
}
