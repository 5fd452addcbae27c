package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.Plan;
import dev.backstay.rollout.Rollout;
import dev.backstay.rollout.Spectator;
import dev.backstay.snapshot.Identity;
import dev.backstay.snapshot.Vault;
import dev.backstay.ssh.Connector;
import dev.backstay.ssh.SshConnector;
import dev.backstay.ssh.SshSettings;
import dev.backstay.transaction.Restore;
import dev.backstay.transaction.TakeSnapshot;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Puts the parts together. The only place that knows which class stands behind which port. */
final class Wiring {
  private Wiring() {}

  static Connector connector() {
    return new SshConnector(SshSettings.from(System.getenv()));
  }

  /**
   * @param identity to decrypt what was saved; without one only the structure is read back
   */
  static TakeSnapshot snapshots(WorkingDirectory here, Optional<Identity> identity) {
    return new TakeSnapshot(vault(here), identity, Clock.systemUTC());
  }

  static Vault vault(WorkingDirectory here) {
    return Vault.open(here.vault(), Clock.systemUTC(), new SecureRandom());
  }

  static Rollout rollout(
      String id,
      Plan plan,
      Playbook playbook,
      List<Gateway> gateways,
      Optional<Restore> restore,
      Journal journal,
      Connector connector,
      TakeSnapshot snapshots,
      Spectator spectator) {
    return new Rollout(
        id,
        plan,
        playbook,
        gateways.stream().collect(Collectors.toMap(Gateway::name, Function.identity())),
        Rollout.transactions(
            id,
            plan,
            playbook,
            restore,
            connector,
            snapshots,
            journal,
            spectator,
            new SecureRandom()),
        journal);
  }
}
