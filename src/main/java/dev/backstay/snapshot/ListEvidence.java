package dev.backstay.snapshot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What evidence a commit of the vault holds. */
final class ListEvidence {
  private ListEvidence() {}

  /** The newest first. */
  static List<KeptEvidence> at(VaultTree tree) {
    List<KeptEvidence> all = new ArrayList<>();
    for (EvidenceName name : tree.evidence().keySet()) {
      Manifest manifest =
          tree.evidence(name)
              .orElseThrow(() -> VaultProblems.corrupt(name.toString(), "there is no manifest"));
      SortedMap<String, Long> takes = new TreeMap<>();
      manifest
          .files()
          .forEach((file, stored) -> takes.put(KeepEvidence.take(name, file), stored.size()));
      all.add(new KeptEvidence(name, manifest.takenAt(), takes));
    }
    all.sort(Comparator.comparing(KeptEvidence::takenAt).reversed());
    return all;
  }
}
