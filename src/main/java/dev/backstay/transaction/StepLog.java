package dev.backstay.transaction;

import dev.backstay.health.Tally;
import dev.backstay.health.Verdict;
import dev.backstay.snapshot.KeptEvidence;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Hears what a transaction does. {@link #began} returns only when the intent is safely written
 * down; the transaction acts after that. Called from several threads, one per gateway.
 */
public interface StepLog {
  void began(String gateway, Step step);

  /**
   * @param detail one sentence for people
   * @param facts names and values for machines; no secrets
   */
  void ended(String gateway, Step step, Result result, String detail, Map<String, String> facts);

  /** What judging needs is known; returns only when it is safely written down. */
  void remembered(String gateway, Before before);

  /** A gateway that an earlier controller left was asked what it says. */
  void probed(String gateway, String says, Resumption decision);

  /** Once a second while clients are watched. */
  void watched(String gateway, Tally tally, Duration leaseLeft);

  void judged(String gateway, Verdict verdict, Tally tally);

  /**
   * What a gateway looked like is kept.
   *
   * @param cut the parts of which there was more
   */
  void evidenceKept(String gateway, String take, KeptEvidence.Commit kept, List<String> cut);

  /** It is not, and nothing else waits for it. */
  void evidenceNotKept(String gateway, String take, String why);

  /** How a step ended. Unknown is neither of the other two. */
  enum Result {
    DONE,
    FAILED,
    UNKNOWN
  }
}
