package dev.backstay.snapshot;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** Reads a snapshot back from the disk and proves as much of it as the controller can. */
final class VerifySnapshot {
  private final VaultPlace place;

  VerifySnapshot(VaultPlace place) {
    this.place = place;
  }

  ReadBack verify(String commit, String gateway, Optional<Identity> identity) throws IOException {
    return in(
        commit,
        gateway,
        (repository, id, manifest) ->
            identity.isPresent()
                ? decrypted(repository, id, manifest, identity.get())
                : structure(repository, id, manifest));
  }

  /** The whole snapshot in clear, every file compared with what was saved. */
  Capture read(String commit, String gateway, Identity identity) throws IOException {
    SortedMap<String, CapturedFile> files = new TreeMap<>();
    try {
      return in(
          commit,
          gateway,
          (repository, id, manifest) -> {
            eachOpened(
                repository,
                manifest,
                identity,
                (path, stored, plain) ->
                    files.put(path, new CapturedFile(plain, stored.mode(), stored.owner())));
            return new Capture(manifest.takenAt(), files, manifest.facts());
          });
    } catch (IOException | RuntimeException failed) {
      files.values().forEach(file -> file.content().close());
      throw failed;
    }
  }

  ReadBack verifyEvidence(EvidenceName name, Optional<Identity> identity) throws IOException {
    return in(
        name,
        (repository, id, manifest) ->
            identity.isPresent()
                ? decrypted(repository, id, manifest, identity.get())
                : structure(repository, id, manifest));
  }

  /** What was kept, by the name of its file; the caller closes it. */
  SortedMap<String, SecretBytes> readEvidence(EvidenceName name, Identity identity)
      throws IOException {
    SortedMap<String, SecretBytes> takes = new TreeMap<>();
    try {
      return in(
          name,
          (repository, id, manifest) -> {
            eachOpened(
                repository, manifest, identity, (path, stored, plain) -> takes.put(path, plain));
            return takes;
          });
    } catch (IOException | RuntimeException failed) {
      takes.values().forEach(SecretBytes::close);
      throw failed;
    }
  }

  private <T> T in(EvidenceName name, Work<T> work) throws IOException {
    try (VaultRepository repository = VaultRepository.open(place.repository())) {
      Branch branch = Branch.of(repository, place);
      ObjectId tip = branch.notBack();
      branch.believe(tip);
      VaultTree tree = VaultTree.of(repository, tip);
      Manifest manifest =
          tree.evidence(name).orElseThrow(() -> VaultProblems.evidenceUnknown(name));
      tree.requireAgreement(name, manifest);
      return work.with(repository, tip, manifest);
    }
  }

  /** What is done with a snapshot that is known to be one of ours. */
  private interface Work<T> {
    T with(VaultRepository repository, ObjectId commit, Manifest manifest) throws IOException;
  }

  private <T> T in(String commit, String gateway, Work<T> work) throws IOException {
    try (VaultRepository repository = VaultRepository.open(place.repository())) {
      Branch branch = Branch.of(repository, place);
      branch.notBack();
      ObjectId id =
          repository
              .find(commit)
              .orElseThrow(
                  () -> VaultProblems.snapshotUnknown(place.repository(), commit, gateway));
      branch.believe(id);
      VaultTree tree = VaultTree.of(repository, id);
      Manifest manifest =
          tree.manifest(gateway)
              .orElseThrow(
                  () -> VaultProblems.snapshotUnknown(place.repository(), commit, gateway));
      tree.requireAgreement(manifest, gateway, gateway);
      List<Problem> missing = StoredKeys.missing(manifest);
      if (!missing.isEmpty()) {
        throw new ProblemException(missing);
      }
      return work.with(repository, id, manifest);
    }
  }

  private static ReadBack structure(VaultRepository repository, ObjectId id, Manifest manifest)
      throws IOException {
    eachFile(repository, manifest, (file, stored) -> {});
    return new ReadBack.StructureOnly(
        id.name(), manifest.gateway(), manifest.files().size(), manifest.recipients().size());
  }

  ReadBack decrypted(VaultRepository repository, ObjectId id, Manifest manifest, Identity identity)
      throws IOException {
    eachOpened(repository, manifest, identity, (path, stored, plain) -> plain.close());
    long bytes = manifest.files().values().stream().mapToLong(StoredFile::size).sum();
    return new ReadBack.Decrypted(id.name(), manifest.gateway(), manifest.files().size(), bytes);
  }

  /** Takes over the content of a file, which is what was saved. */
  private interface Opened {
    void take(String path, StoredFile stored, SecretBytes plain);
  }

  private void eachOpened(
      VaultRepository repository, Manifest manifest, Identity identity, Opened opened)
      throws IOException {
    try (DigestKey digests = DigestKey.named(manifest.digestKey(), place.digestKey())) {
      eachFile(
          repository,
          manifest,
          (file, stored) -> {
            SecretBytes plain = opened(file, stored, identity, digests);
            Optional<Problem> wrong = StoredKeys.wrong(file.gateway(), file.path(), plain);
            if (wrong.isPresent()) {
              plain.close();
              throw new ProblemException(wrong.get());
            }
            opened.take(file.path(), stored, plain);
          });
    }
  }

  /**
   * What was saved, once it is known to be that.
   *
   * @throws ProblemException {@code identity-wrong}, {@code blob-corrupt}, {@code digest-mismatch}
   */
  static SecretBytes opened(AgeFile file, StoredFile stored, Identity identity, DigestKey digests) {
    SecretBytes plain = file.decrypt(identity, Math.toIntExact(stored.size()));
    if (!digests.matches(stored.digest(), file.gateway(), file.path(), plain)) {
      plain.close();
      throw new ProblemException(VaultProblems.digestMismatch(file.gateway(), file.path()));
    }
    return plain;
  }

  /** What is looked at in a file whose structure is right. */
  interface Check {
    void check(AgeFile file, StoredFile stored) throws IOException;
  }

  /** Looks at every file, then reports everything that is wrong. */
  static void eachFile(VaultRepository repository, Manifest manifest, Check check)
      throws IOException {
    List<Problem> problems = new ArrayList<>();
    String gateway = manifest.gateway();
    for (Map.Entry<String, StoredFile> entry : manifest.files().entrySet()) {
      String path = entry.getKey();
      StoredFile stored = entry.getValue();
      switch (repository.read(stored.blob(), Constants.OBJ_BLOB)) {
        case VaultRepository.Read.Missing() ->
            problems.add(VaultProblems.blobMissing(gateway, path));
        case VaultRepository.Read.Damaged() ->
            problems.add(
                VaultProblems.blobCorrupt(gateway, path, "its content does not fit its hash"));
        case VaultRepository.Read.Intact intact -> {
          AgeFile file = new AgeFile(gateway, path, intact.bytes());
          Optional<Problem> wrong = file.structure(manifest.recipients().size(), stored.size());
          if (wrong.isPresent()) {
            problems.add(wrong.get());
          } else {
            try {
              check.check(file, stored);
            } catch (ProblemException found) {
              problems.addAll(found.problems());
            }
          }
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
  }
}
