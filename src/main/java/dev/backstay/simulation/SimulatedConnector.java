package dev.backstay.simulation;

import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import dev.backstay.ssh.Shell;
import dev.backstay.ssh.Target;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Opens connections to the gateways of a simulated fleet. */
final class SimulatedConnector implements Connector {
  private static final Duration DIAL = Duration.ofMillis(150);

  /** What is silently dropped is given up after this. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<String, Machine> machines;
  private final VirtualProcess caller;
  private final Mishaps mishaps;
  private final Effects effects;
  private final Duration sample;
  private final Map<String, SimulatedShell> shared = new HashMap<>();

  SimulatedConnector(
      Map<String, Machine> machines,
      VirtualProcess caller,
      Mishaps mishaps,
      Effects effects,
      Duration sample) {
    this.machines = machines;
    this.caller = caller;
    this.mishaps = mishaps;
    this.effects = effects;
    this.sample = sample;
  }

  @Override
  public Shell shared(Target target) {
    SimulatedShell there = shared.get(target.name());
    if (there != null && !there.isBroken()) {
      return new Kept(there);
    }
    SimulatedShell dialled = dial(target);
    shared.put(target.name(), dialled);
    return new Kept(dialled);
  }

  @Override
  public Shell fresh(Target target) {
    return dial(target);
  }

  private SimulatedShell dial(Target target) {
    Machine machine = Objects.requireNonNull(machines.get(target.name()), target.name());
    boolean answers = machine.answers();
    try {
      caller.sleep(answers ? DIAL : PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answers = false;
    }
    if (!answers || !machine.answers()) {
      throw new ProblemException(
          "unreachable",
          target.name(),
          "no connection to " + target.host() + " within 10 s",
          "this gateway is a model: a mishap has struck it");
    }
    return new SimulatedShell(machine, caller, mishaps, effects, sample);
  }

  @Override
  public void close() {
    shared.values().forEach(SimulatedShell::close);
    shared.clear();
  }

  /** Closing it does nothing: the connection stays for the next caller. */
  private record Kept(SimulatedShell shell) implements Shell {
    @Override
    public String gateway() {
      return shell.gateway();
    }

    @Override
    public dev.backstay.ssh.Outcome run(dev.backstay.ssh.Command command) {
      return shell.run(command);
    }

    @Override
    public dev.backstay.ssh.Outcome run(
        dev.backstay.ssh.Command command, java.io.OutputStream output) {
      return shell.run(command, output);
    }

    @Override
    public Stream stream(
        dev.backstay.ssh.Command command, java.util.function.Consumer<String> line) {
      return shell.stream(command, line);
    }

    @Override
    public Conversation converse(dev.backstay.ssh.Command command) throws java.io.IOException {
      return shell.converse(command);
    }

    @Override
    public void close() {}
  }
}
