package dev.backstay.snapshot;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;

/**
 * Encrypts the newest snapshot of every gateway for other recipients, in one commit. Each file is
 * compared with its digest on the way, so that damage is not carried on under a new signature.
 */
final class RekeyVault {
  private final VaultPlace place;
  private final Clock clock;
  private final Identity identity;

  RekeyVault(VaultPlace place, Clock clock, Identity identity) {
    this.place = place;
    this.clock = clock;
    this.identity = identity;
  }

  /**
   * @param message the subject of the commit
   */
  Rekeyed rekey(Holders.Edit edit, String message) throws IOException {
    SigningKey signingKey = SigningKey.read(place.signingKey());
    DigestKey known =
        DigestKey.read(place.digestKey())
            .orElseThrow(() -> VaultProblems.digestKeyOther(place.digestKey(), "unknown"));
    try (DigestKey digests = known;
        VaultRepository repository = VaultRepository.open(place.repository());
        ObjectInserter inserter = repository.inserter()) {
      Branch branch = Branch.of(repository, place);
      ObjectId tip = branch.tip();
      VaultTree before = VaultTree.of(repository, tip);
      Holders now = Holders.of(before);
      Holders wanted = edit.edit(now, inserter);
      Recipients recipients = wanted.recipients();
      if (wanted.equals(now)) {
        return new Rekeyed(tip.name(), recipients.lines(), 0, false);
      }
      Work work = new Work(repository, digests, recipients, inserter);
      VaultTree after = wanted.into(before, inserter);
      if (!recipients.equals(now.recipients())) {
        for (String gateway : before.gatewayNames()) {
          Manifest manifest = before.manifest(gateway).orElseThrow();
          after = after.withManifest(work.rekey(manifest), inserter);
        }
        for (EvidenceName name : before.evidence().keySet()) {
          Manifest manifest = before.evidence(name).orElseThrow();
          after = after.withEvidence(name, work.rekey(manifest), inserter);
        }
        work.throwIfAny();
      }
      ObjectId commit = new WriteCommit(signingKey, clock).write(after, tip, message, inserter);
      if (!branch.publish(tip, commit)) {
        throw VaultProblems.moved(place.repository());
      }
      return new Rekeyed(commit.name(), recipients.lines(), work.files, true);
    }
  }

  /** One pass over the gateways; collects what is wrong. */
  private final class Work {
    private final VaultRepository repository;
    private final DigestKey digests;
    private final Recipients recipients;
    private final ObjectInserter inserter;
    private final List<Problem> problems = new ArrayList<>();
    private int files;

    Work(
        VaultRepository repository,
        DigestKey digests,
        Recipients recipients,
        ObjectInserter inserter) {
      this.repository = repository;
      this.digests = digests;
      this.recipients = recipients;
      this.inserter = inserter;
    }

    Manifest rekey(Manifest old) throws IOException {
      SortedMap<String, StoredFile> stored = new TreeMap<>();
      try {
        if (!digests.name().equals(old.digestKey())) {
          throw VaultProblems.digestKeyOther(place.digestKey(), old.digestKey());
        }
        VerifySnapshot.eachFile(
            repository, old, (file, was) -> stored.put(file.path(), again(file, was)));
      } catch (ProblemException wrong) {
        problems.addAll(wrong.problems());
      }
      return new Manifest(
          old.gateway(), old.takenAt(), old.facts(), recipients.lines(), old.digestKey(), stored);
    }

    private StoredFile again(AgeFile file, StoredFile was) throws IOException {
      try (SecretBytes plain = VerifySnapshot.opened(file, was, identity, digests)) {
        byte[] sealed = AgeFile.encrypt(file.gateway(), file.path(), plain, recipients).bytes();
        files++;
        ObjectId blob = inserter.insert(Constants.OBJ_BLOB, sealed);
        return new StoredFile(was.mode(), was.owner(), was.size(), was.digest(), blob);
      }
    }

    void throwIfAny() {
      if (!problems.isEmpty()) {
        throw new ProblemException(problems);
      }
    }
  }
}
