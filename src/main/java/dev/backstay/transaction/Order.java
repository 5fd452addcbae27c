package dev.backstay.transaction;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a transaction is asked to do: which gateway, by which playbook, under which names.
 *
 * @param restore what goes back onto it from a snapshot, if that is the change
 * @param packages what the plan says of each package, line by line, if there is one that was held
 *     against the gateway
 */
public record Order(
    Gateway gateway,
    Playbook playbook,
    Identifiers identifiers,
    Optional<Restore> restore,
    Optional<List<String>> packages) {
  /** One that is not held to a plan. */
  public Order(
      Gateway gateway, Playbook playbook, Identifiers identifiers, Optional<Restore> restore) {
    this(gateway, playbook, identifiers, restore, Optional.empty());
  }

  String name() {
    return gateway.name();
  }

  /** From arming to the moment in which the gateway takes the change back by itself. */
  Duration leaseLength() {
    return playbook.lease().apply().plus(playbook.lease().reboot()).plus(leaseAfterApply());
  }

  /** What of it is for watching the clients and confirming. */
  Duration leaseAfterApply() {
    return playbook.observe().window().plus(playbook.lease().confirm());
  }
}
