package dev.backstay.cli;

import dev.backstay.snapshot.Chain;
import dev.backstay.snapshot.EvidenceName;
import dev.backstay.snapshot.ReadBack;
import dev.backstay.snapshot.Sampled;

/** What each kind of verification has proved, as people read it. */
final class VerifyWords {
  private static final String LINE = "%-12s %s  %s";

  private VerifyWords() {}

  static String chain(Chain chain) {
    return line(
        "history",
        chain.tip(),
        "%s signed, %s in them; all that they name is there"
            .formatted(
                Counted.of(chain.commits(), "commit"), Counted.of(chain.snapshots(), "snapshot")));
  }

  static String readBack(ReadBack proof) {
    return line(proof.gateway(), proof.commit(), proof.proof());
  }

  static String evidence(EvidenceName name, ReadBack proof) {
    return readBack(proof) + " (evidence of " + name.rollout() + ")";
  }

  static String sampled(Sampled sampled) {
    return line(
        "sample",
        sampled.commit(),
        "signed; %d of %d files decrypted and compared (--seed %d)"
            .formatted(sampled.files(), sampled.of(), sampled.seed()));
  }

  private static String line(String what, String commit, String proof) {
    return LINE.formatted(what, commit.substring(0, 10), proof);
  }
}
