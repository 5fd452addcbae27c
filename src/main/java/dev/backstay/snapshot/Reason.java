package dev.backstay.snapshot;

import java.util.Optional;

/**
 * Why a snapshot is taken. Everybody who sees the repository can read it.
 *
 * @param text one line, the commit's subject after the gateway's name
 * @param rollout the rollout it is taken for
 */
public record Reason(String text, Optional<String> rollout) {
  /**
   * @throws dev.backstay.problem.ProblemException {@code capture-invalid}: more than a line, or
   *     less than a word
   */
  public Reason {
    ManifestWords.requireReason(text);
    rollout.ifPresent(id -> ManifestWords.requireWord("the id of a rollout", id));
  }

  public static Reason of(String text) {
    return new Reason(text, Optional.empty());
  }

  public static Reason beforeRollout(String id) {
    return new Reason("before rollout " + id, Optional.of(id));
  }

  /**
   * @param take when the gateway was looked at
   */
  static Reason evidence(EvidenceName name, String take) {
    return new Reason(
        "evidence of rollout " + name.rollout() + ", " + take, Optional.of(name.rollout()));
  }

  /** The message of the commit that saves a gateway for this reason. */
  String message(String gateway) {
    String subject = History.subject(gateway, text);
    return rollout.map(id -> Trailers.with(subject, Trailers.ROLLOUT, id)).orElse(subject);
  }
}
