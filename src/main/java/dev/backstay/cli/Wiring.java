package dev.backstay.cli;

import dev.backstay.probe.Prober;
import dev.backstay.probe.Timestamps;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.JournalingLog;
import dev.backstay.rollout.Orders;
import dev.backstay.rollout.Rollout;
import dev.backstay.rollout.Scope;
import dev.backstay.rollout.Spectator;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.Vault;
import dev.backstay.ssh.Connector;
import dev.backstay.ssh.SshConnector;
import dev.backstay.ssh.SshSettings;
import dev.backstay.time.Time;
import dev.backstay.transaction.ProvisionedProbes;
import dev.backstay.transaction.TakeSnapshot;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Puts the parts together. The only place that knows which class stands behind which port. */
final class Wiring {
  private static final Duration REMOTE_CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration REMOTE_AUTH_LIMIT = Duration.ofSeconds(15);

  private Wiring() {}

  static Connector connector() {
    return new OnDemand(() -> new SshConnector(SshSettings.from(System.getenv())));
  }

  /**
   * @param identity to decrypt what was saved; without one only the structure is read back
   */
  static TakeSnapshot snapshots(Vault vault, Optional<Identity> identity) {
    return new TakeSnapshot(vault, identity, Clock.systemUTC());
  }

  static Vault vault(WorkingDirectory here) {
    return Vault.open(
        here.vault(),
        Clock.systemUTC(),
        new SecureRandom(),
        Wiring::remoteConnector,
        sentence -> System.err.println("backstay: " + sentence));
  }

  /** Its timestamps go on where those of the last command stopped. */
  static Prober prober(WorkingDirectory here) {
    Timestamps timestamps = Timestamps.keptIn(here.probeTimestamp(), Clock.systemUTC());
    return new Prober(Time.real(), timestamps, new SecureRandom());
  }

  /** With the probe peers of a working directory, if there is something to open their keys. */
  static ProvisionedProbes probes(WorkingDirectory here, Optional<Identity> identity) {
    return new ProvisionedProbes(here.probePeers(), identity, prober(here));
  }

  /** Less patient than with a gateway: what is not pushed now is pushed later. */
  private static Connector remoteConnector() {
    SshSettings settings = SshSettings.from(System.getenv());
    return new SshConnector(settings.withLimits(REMOTE_CONNECT_LIMIT, REMOTE_AUTH_LIMIT));
  }

  static Rollout rollout(
      String id,
      Scope scope,
      RolloutRun.Means means,
      Orders orders,
      Journal journal,
      Spectator spectator,
      Time time) {
    Rollout.Transactions transactions =
        Rollout.over(
            id,
            scope,
            means.restore(),
            means.connector(),
            means.snapshots(),
            new JournalingLog(journal, spectator),
            new SecureRandom(),
            means.probes(),
            time);
    return new Rollout(scope, means.calendar(), transactions, journal, orders, time);
  }
}
