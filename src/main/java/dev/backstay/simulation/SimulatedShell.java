package dev.backstay.simulation;

import dev.backstay.ssh.Command;
import dev.backstay.ssh.Outcome;
import dev.backstay.ssh.Shell;
import dev.backstay.time.Mailbox;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** A connection to a simulated gateway. */
final class SimulatedShell implements Shell {
  private static final double ROUND_TRIP = 0.03;

  private final Machine machine;
  private final VirtualProcess caller;
  private final Mishaps mishaps;
  private final Effects effects;
  private final Duration sample;
  private volatile Optional<String> broken = Optional.empty();

  private final Machine.Link link = why -> broken = Optional.of(why);

  /**
   * @param caller the time of the process that is connected
   * @param effects counts what is ordered
   * @param sample between two lines of the collector
   */
  SimulatedShell(
      Machine machine, VirtualProcess caller, Mishaps mishaps, Effects effects, Duration sample) {
    this.machine = machine;
    this.caller = caller;
    this.mishaps = mishaps;
    this.effects = effects;
    this.sample = sample;
    machine.alone(() -> machine.connect(link));
  }

  boolean isBroken() {
    return broken.isPresent();
  }

  @Override
  public String gateway() {
    return machine.name;
  }

  @Override
  public Outcome run(Command command) {
    Mailbox<Outcome> answer = caller.mailbox();
    Machine.Link waiting = why -> answer.put(new Outcome.Lost(why));
    machine.alone(() -> machine.connect(waiting));
    try {
      if (broken.isPresent()) {
        return new Outcome.Lost(broken.get());
      }
      int effect = effects.leaves(command.line());
      machine.background("command", () -> serve(command, effect, answer));
      return answer
          .poll(command.limit())
          .orElseGet(() -> new Outcome.Lost("no answer within " + command.limit()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.Lost("interrupted");
    } finally {
      machine.alone(() -> machine.disconnect(waiting));
    }
  }

  /** On the gateway. */
  private void serve(Command command, int effect, Mailbox<Outcome> answer) {
    Machine.Job job = machine.new Job("command");
    job.pause(ROUND_TRIP);
    mishaps.before(machine);
    if (!machine.answers() || broken.isPresent()) {
      return;
    }
    Answer said = new Programs(machine).run(command.line(), command.input());
    mishaps.after(machine);
    effects.isDone(effect);
    if (machine.answers() && broken.isEmpty()) {
      answer.put(new Outcome.Exited(said.status(), said.output(), said.error(), false));
    }
  }

  @Override
  public Outcome run(Command command, OutputStream output) {
    Outcome outcome = run(command);
    if (!(outcome instanceof Outcome.Exited(int status, String text, String error, boolean cut))) {
      return outcome;
    }
    try {
      output.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Outcome.Exited(status, "", error, cut);
  }

  @Override
  public Stream stream(Command command, Consumer<String> line) {
    Watching watching = new Watching(line);
    machine.alone(() -> machine.connect(watching));
    if (broken.isPresent()) {
      watching.broken(broken.get());
    } else {
      machine.background("collector", watching::tell);
    }
    return watching;
  }

  private final class Watching implements Stream, Machine.Link {
    private final Consumer<String> listener;
    private volatile Optional<String> over = Optional.empty();

    Watching(Consumer<String> listener) {
      this.listener = listener;
    }

    /** On the gateway, until the far side is gone. */
    void tell() {
      Machine.Job job = machine.new Job("observe");
      Observer observer = new Observer(machine);
      // Collectors were not all started at the same moment.
      job.pause(0.2 + machine.random.nextDouble());
      // A process that is gone has closed what its collectors read.
      while (over.isEmpty() && !caller.isKilled()) {
        if (machine.answers()) {
          listener.accept(observer.line());
        }
        job.pause(sample.toNanos() / 1e9);
      }
    }

    @Override
    public void broken(String why) {
      over = Optional.of(why);
    }

    @Override
    public Outcome await() {
      return new Outcome.Lost(over.orElse("still running"));
    }

    @Override
    public void close() {
      over = Optional.of("closed");
      machine.alone(() -> machine.disconnect(this));
    }
  }

  @Override
  public Conversation converse(Command command) throws IOException {
    throw new IOException("a simulated gateway holds no conversation");
  }

  @Override
  public void close() {
    machine.alone(() -> machine.disconnect(link));
  }
}
