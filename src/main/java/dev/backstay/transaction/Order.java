package dev.backstay.transaction;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;

/** What a transaction is asked to do: which gateway, by which playbook, under which names. */
public record Order(Gateway gateway, Playbook playbook, Identifiers identifiers) {
  String name() {
    return gateway.name();
  }
}
