package dev.backstay.snapshot;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which rollouts' evidence stays.
 *
 * @param newest that of so many rollouts, of those that have some
 * @param held rollouts whose evidence stays whatever the number says
 */
public record EvidenceRetention(int newest, Set<String> held) {
  /** Nothing goes. */
  public static final EvidenceRetention ALL = new EvidenceRetention(Integer.MAX_VALUE, Set.of());

  /**
   * @throws dev.backstay.problem.ProblemException {@code retention-invalid}: the number is negative
   */
  public EvidenceRetention {
    held = Set.copyOf(held);
    if (newest < 0) {
      throw VaultProblems.retentionInvalid(
          "a number of rollouts to keep the evidence of is negative", "give a number from 0");
    }
  }

  List<String> gone(Collection<KeptEvidence> newestFirst) {
    Set<String> rollouts = new LinkedHashSet<>();
    newestFirst.forEach(one -> rollouts.add(one.name().rollout()));
    return rollouts.stream().skip(newest).filter(rollout -> !held.contains(rollout)).toList();
  }
}
