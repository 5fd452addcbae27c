package dev.backstay.snapshot;

import java.util.List;

/**
 * What pruning did, or would do.
 *
 * @param commit the tip of main now
 * @param kept snapshots that stay, newest first; their commits' ids are those from before, which
 *     are still found
 * @param removed snapshots that are gone, newest first
 * @param evidence rollouts of which the evidence is gone
 */
public record Pruned(
    String commit, List<Snapshot> kept, List<Snapshot> removed, List<String> evidence) {
  public Pruned {
    kept = List.copyOf(kept);
    removed = List.copyOf(removed);
    evidence = List.copyOf(evidence);
  }
}
