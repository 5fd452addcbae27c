package dev.backstay.snapshot;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Looks through commits one by one: who signed, and whether what they hold is what their manifests
 * say. A gateway is looked at where it changed, so a long history costs time and no memory.
 */
final class VerifyChain {
  /** After so many problems nobody needs more of them to know what to do. */
  private static final int ENOUGH = 20;

  private final VaultRepository repository;
  private final AllowedSigners signers;
  private final History history;
  private final List<Problem> problems = new ArrayList<>();
  private Optional<ObjectId> knownRecipients = Optional.empty();
  private int commits;
  private int snapshots;

  VerifyChain(VaultRepository repository, AllowedSigners signers) {
    this.repository = repository;
    this.signers = signers;
    this.history = new History(repository, signers);
  }

  /**
   * Everything at and before a commit.
   *
   * @throws ProblemException {@code signature-invalid}, {@code vault-corrupt}, {@code
   *     blob-missing}, {@code vault-foreign}; up to twenty at once
   */
  Chain all(ObjectId tip) throws IOException {
    try {
      History.Walk walk = history.walk(tip);
      while (walk.hasNext() && problems.size() < ENOUGH) {
        check(walk.next());
      }
    } catch (ProblemException broken) {
      problems.addAll(broken.problems());
    }
    throwIfAny();
    return new Chain(tip.name(), commits, snapshots);
  }

  /** Some commits and nothing else. */
  void these(List<ObjectId> some) throws IOException {
    for (ObjectId commit : some) {
      check(history.step(commit));
    }
    throwIfAny();
  }

  private void throwIfAny() {
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
  }

  private void check(History.Step step) throws IOException {
    commits++;
    RevCommit commit = step.commit();
    attempt(() -> signers.require(commit.getRawBuffer(), commit.name(), repository.path()));
    attempt(() -> requireVault(step.tree()));
    for (String gateway : step.changed()) {
      snapshots++;
      attempt(() -> requireSnapshot(step, gateway));
    }
    for (EvidenceName name : step.evidence()) {
      attempt(() -> requireEvidence(step, name));
    }
  }

  private void requireVault(VaultTree tree) {
    Optional<ObjectId> recipients = tree.root().file(VaultTree.RECIPIENTS);
    if (recipients.isEmpty()) {
      throw VaultProblems.foreign(repository.path().toString());
    }
    if (!recipients.equals(knownRecipients)) {
      tree.recipients();
      knownRecipients = recipients;
    }
  }

  private void requireSnapshot(History.Step step, String gateway) throws IOException {
    String where = gateway + " at " + step.commit().name().substring(0, 10);
    Optional<String> text = step.tree().manifestText(gateway);
    if (text.isEmpty()) {
      throw VaultProblems.corrupt(where, "there is no manifest");
    }
    Manifest manifest = ManifestText.parse(text.get(), where);
    step.tree().requireAgreement(manifest, gateway, where);
    requireBlobs(manifest, where);
  }

  private void requireEvidence(History.Step step, EvidenceName name) throws IOException {
    String where = name + " at " + step.commit().name().substring(0, 10);
    Manifest manifest =
        step.tree()
            .evidence(name)
            .orElseThrow(() -> VaultProblems.corrupt(where, "there is no manifest"));
    step.tree().requireAgreement(name, manifest);
    requireBlobs(manifest, where);
  }

  private void requireBlobs(Manifest manifest, String where) throws IOException {
    List<Problem> missing = new ArrayList<>();
    for (var entry : manifest.files().entrySet()) {
      if (!repository.has(entry.getValue().blob(), Constants.OBJ_BLOB)) {
        missing.add(VaultProblems.blobMissing(where, entry.getKey()));
      }
    }
    if (!missing.isEmpty()) {
      throw new ProblemException(missing);
    }
  }

  /** A check that may fail without keeping the others from being made. */
  private interface Check {
    void run() throws IOException;
  }

  private void attempt(Check check) throws IOException {
    try {
      check.run();
    } catch (ProblemException found) {
      problems.addAll(found.problems());
    }
  }
}
