package dev.backstay.transaction;

import dev.backstay.snapshot.EvidenceArchive;
import dev.backstay.snapshot.EvidenceName;
import dev.backstay.snapshot.KeptEvidence;

/** Where evidence is put. Safe for use by several threads. */
@FunctionalInterface
public interface EvidenceShelf {
  /**
   * @param take names it among those of the same gateway and rollout
   * @param kernel the gateway's
   * @param archive closed when this returns, whichever way
   */
  KeptEvidence.Commit keep(EvidenceName name, String take, String kernel, EvidenceArchive archive);
}
