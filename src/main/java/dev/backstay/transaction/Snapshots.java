package dev.backstay.transaction;

import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.inventory.Gateway;
import dev.backstay.snapshot.Reason;
import java.util.Optional;

/** Where a gateway's state is saved before it is changed. Safe for use by several threads. */
@FunctionalInterface
public interface Snapshots {
  /**
   * Reads a gateway's state, saves it, and reads back what was saved.
   *
   * @param reason public
   */
  Taken take(Gateway gateway, GatewayPrograms programs, Reason reason);

  /** Where evidence is put; empty where none is kept. */
  default Optional<EvidenceShelf> evidence() {
    return Optional.empty();
  }

  /**
   * @param commit that holds the state
   * @param detail what was done and what was proved, for people
   */
  record Taken(String commit, String detail) {}
}
