package dev.backstay.snapshot;

import java.io.IOException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** Main, as far as this controller believes it: signed, and never gone back. */
record Branch(VaultRepository repository, RememberedHead head, AllowedSigners signers) {
  /**
   * @throws dev.backstay.problem.ProblemException {@code signing-key-unreadable}
   */
  static Branch of(VaultRepository repository, VaultPlace place) throws IOException {
    return new Branch(
        repository, new RememberedHead(place.head()), AllowedSigners.read(place.allowedSigners()));
  }

  /**
   * The commit to build upon.
   *
   * @throws dev.backstay.problem.ProblemException {@code vault-missing}, {@code vault-went-back},
   *     {@code signature-invalid}
   */
  ObjectId tip() throws IOException {
    ObjectId tip = notBack();
    believe(tip);
    return tip;
  }

  /**
   * @throws dev.backstay.problem.ProblemException {@code vault-missing}, {@code vault-went-back}
   */
  ObjectId notBack() throws IOException {
    ObjectId tip = repository.tip();
    head.require(repository, signers, tip);
    return tip;
  }

  /**
   * @throws dev.backstay.problem.ProblemException {@code signature-invalid}
   */
  void believe(ObjectId commit) throws IOException {
    signers.require(
        repository.require(commit, Constants.OBJ_COMMIT), commit.name(), repository.path());
  }

  /** Moves main, if it still is where it was, and remembers that. Returns whether it did. */
  boolean publish(ObjectId expected, ObjectId commit) throws IOException {
    if (!repository.publish(expected, commit)) {
      return false;
    }
    head.remember(commit);
    return true;
  }

  /** As {@link #publish}, also to a commit that does not come after where main was. */
  boolean replace(ObjectId expected, ObjectId commit) throws IOException {
    head.expect(expected, commit);
    boolean done = repository.replace(expected, commit);
    head.remember(done ? commit : expected);
    return done;
  }
}
