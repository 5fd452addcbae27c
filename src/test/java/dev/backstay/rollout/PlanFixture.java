package dev.backstay.rollout;

import dev.backstay.change.Preflight;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.FactsFixture;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.rollout.Plan.Planned;
import dev.backstay.ssh.Target;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** A plan of two gateways, whose facts a real one told. */
final class PlanFixture {
  static final Instant MADE = Instant.parse("2026-11-25T12:00:00Z");
  static final String PLAYBOOK =
      """
      kind: Playbook
      name: module-1.0.1
      select: gw*
      change: {packages: {backstay-lab-wireguard: 1.0.1}, activate: reload-module}
      waves: [1, rest]
      approval: {people: 2}
      """;

  private PlanFixture() {}

  static Gateway gateway(String name) {
    Target target = new Target(name, name, 22, "root", List.of(), Path.of("/k"), List.of());
    return new Gateway(name, target, Set.of(), "");
  }

  /** Of gateways gw1, gw2 and so on, one for each of these. */
  static SavedPlan of(Facts... facts) {
    return of(PLAYBOOK, "inventory", facts);
  }

  static SavedPlan of(String text, String inventory, Facts... facts) {
    Playbook playbook = PlaybookReader.read("p.yaml", text);
    Preflight preflight = new Preflight(playbook);
    List<Planned> planned =
        IntStream.range(0, facts.length)
            .mapToObj(i -> {
              String name = "gw" + (i + 1);
              return Planned.of(
                  gateway(name), facts[i], preflight.resolve(name, facts[i]), Optional.empty());
            })
            .toList();
    return SavedPlan.of(
        Planner.of(playbook, planned),
        new SavedPlan.Source("p.yaml", "a".repeat(64), text),
        new SavedPlan.Source("inventory.yaml", inventory, ""),
        "anna@ops",
        MADE);
  }

  static SavedPlan two() {
    return of(FactsFixture.healthy(), FactsFixture.healthy());
  }
}
