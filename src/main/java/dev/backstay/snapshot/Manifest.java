package dev.backstay.snapshot;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is publicly known of a gateway's snapshot.
 *
 * @param recipients for whom its files were encrypted, all of them alike
 * @param digestKey the name of the key that made the digests
 * @param files by path on the gateway
 */
record Manifest(
    String gateway,
    Instant takenAt,
    Facts facts,
    List<String> recipients,
    String digestKey,
    SortedMap<String, StoredFile> files) {
  Manifest {
    recipients = List.copyOf(recipients);
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** Whether nothing differs but the time: then no new commit is owed. */
  boolean sameStateAs(Manifest other) {
    return equals(
        new Manifest(
            other.gateway, takenAt, other.facts, other.recipients, other.digestKey, other.files));
  }
}
