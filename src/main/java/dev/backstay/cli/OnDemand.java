package dev.backstay.cli;

import dev.backstay.ssh.Connector;
import dev.backstay.ssh.Shell;
import dev.backstay.ssh.Target;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A connector that is made when somebody connects: many commands end before that, and to make one
 * takes longer than they do. Thread-safe.
 */
final class OnDemand implements Connector {
  private final Supplier<Connector> make;
  private Optional<Connector> made = Optional.empty();

  OnDemand(Supplier<Connector> make) {
    this.make = make;
  }

  private synchronized Connector made() {
    Connector connector = made.orElseGet(make);
    made = Optional.of(connector);
    return connector;
  }

  @Override
  public Shell shared(Target target) {
    return made().shared(target);
  }

  @Override
  public Shell fresh(Target target) {
    return made().fresh(target);
  }

  @Override
  public synchronized void close() {
    made.ifPresent(Connector::close);
  }
}
