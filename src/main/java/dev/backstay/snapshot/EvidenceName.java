package dev.backstay.snapshot;

import java.util.Comparator;

/** Whose evidence, of which rollout. */
public record EvidenceName(String rollout, String gateway) implements Comparable<EvidenceName> {
  private static final Comparator<EvidenceName> ORDER =
      Comparator.comparing(EvidenceName::rollout).thenComparing(EvidenceName::gateway);

  @Override
  public int compareTo(EvidenceName other) {
    return ORDER.compare(this, other);
  }

  /** Where it lies in the vault. */
  @Override
  public String toString() {
    return VaultTree.EVIDENCE + "/" + rollout + "/" + gateway;
  }
}
