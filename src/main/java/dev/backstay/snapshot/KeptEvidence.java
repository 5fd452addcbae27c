package dev.backstay.snapshot;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Evidence in the vault, as far as it is known without an identity.
 *
 * @param takenAt when the last of it was taken
 * @param takes their sizes in bytes, compressed, by name
 */
public record KeptEvidence(EvidenceName name, Instant takenAt, SortedMap<String, Long> takes) {
  public KeptEvidence {
    takes = Collections.unmodifiableSortedMap(new TreeMap<>(takes));
  }

  /**
   * What keeping it did.
   *
   * @param commit that holds it
   * @param bytes of it, compressed
   */
  public record Commit(String commit, long bytes) {}
}
