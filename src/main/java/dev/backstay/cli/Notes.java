package dev.backstay.cli;

import dev.backstay.gateway.FactsQuery;
import dev.backstay.gateway.KnownFacts;
import dev.backstay.inventory.Gateway;
import dev.backstay.rollout.Planner;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Holds what gateways tell until there is a plan: what is refused leaves nothing behind. */
final class Notes implements Planner.Memory {
  private final Planner.Memory memory;
  private final Queue<Runnable> told = new ConcurrentLinkedQueue<>();

  Notes(Planner.Memory memory) {
    this.memory = memory;
  }

  @Override
  public Optional<KnownFacts.Known> known(Gateway gateway, FactsQuery query) {
    return memory.known(gateway, query);
  }

  @Override
  public void keep(Gateway gateway, FactsQuery query, String answer) {
    told.add(() -> memory.keep(gateway, query, answer));
  }

  /** There is a plan. */
  void keep() {
    told.forEach(Runnable::run);
    told.clear();
  }
}
