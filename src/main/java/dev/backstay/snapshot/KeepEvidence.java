package dev.backstay.snapshot;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;

/**
 * Puts what a gateway looked like into the vault. Nobody knows what is in it, so it is treated as a
 * secret: encrypted, with a keyed digest, in a signed commit. The name of its file holds the
 * rollout, and so does the digest: the evidence of one cannot stand in for another's.
 */
final class KeepEvidence {
  private static final String SUFFIX = ".tar.gz";
  private static final int ATTEMPTS = 2;

  private final VaultPlace place;
  private final Clock clock;
  private final SecureRandom random;

  KeepEvidence(VaultPlace place, Clock clock, SecureRandom random) {
    this.place = place;
    this.clock = clock;
    this.random = random;
  }

  static String file(EvidenceName name, String take) {
    return name.rollout() + "." + take + SUFFIX;
  }

  /** The name of the take that a file holds. */
  static String take(EvidenceName name, String file) {
    boolean ours = file.startsWith(name.rollout() + ".") && file.endsWith(SUFFIX);
    return ours
        ? file.substring(name.rollout().length() + 1, file.length() - SUFFIX.length())
        : file;
  }

  KeptEvidence.Commit keep(
      VaultRepository repository,
      EvidenceName name,
      String take,
      String kernel,
      EvidenceArchive archive)
      throws IOException {
    ManifestWords.requireGateway(name.gateway());
    ManifestWords.requireWord("the id of a rollout", name.rollout());
    ManifestWords.requireWord("the name of a take", take);
    SigningKey signingKey = SigningKey.read(place.signingKey());
    Branch branch = Branch.of(repository, place);
    Optional<DigestKey> known = DigestKey.read(place.digestKey());
    try (DigestKey digests =
            known.isPresent() ? known.get() : DigestKey.create(place.digestKey(), random);
        ObjectInserter inserter = repository.inserter()) {
      for (int i = 0; i < ATTEMPTS; i++) {
        ObjectId tip = branch.notBack();
        VaultTree before = VaultTree.of(repository, tip);
        Manifest manifest =
            manifest(before, name, file(name, take), kernel, archive.packed(), digests, inserter);
        VaultTree after =
            before
                .withEvidence(name, manifest, inserter)
                .withText(VaultTree.README, Readme.TEXT, inserter)
                .withText(VaultTree.ALLOWED_SIGNERS, branch.signers().text(), inserter);
        String message =
            Trailers.with(
                Reason.evidence(name, take).message(name.gateway()),
                Trailers.EVIDENCE,
                name.gateway());
        ObjectId commit = new WriteCommit(signingKey, clock).write(after, tip, message, inserter);
        if (branch.publish(tip, commit)) {
          return new KeptEvidence.Commit(commit.name(), archive.packed().size());
        }
      }
      throw VaultProblems.moved(place.repository());
    }
  }

  private Manifest manifest(
      VaultTree tree,
      EvidenceName name,
      String path,
      String kernel,
      SecretBytes content,
      DigestKey digests,
      ObjectInserter inserter)
      throws IOException {
    Recipients recipients = tree.recipients();
    SortedMap<String, StoredFile> files = new TreeMap<>();
    // What was kept before stays beside it, as long as the same people can read both.
    tree.evidence(name)
        .filter(old -> old.recipients().equals(recipients.lines()))
        .filter(old -> old.digestKey().equals(digests.name()))
        .ifPresent(old -> files.putAll(old.files()));
    byte[] sealed = AgeFile.encrypt(name.gateway(), path, content, recipients).bytes();
    files.put(
        path,
        new StoredFile(
            0600,
            "root:root",
            content.size(),
            digests.digest(name.gateway(), path, content),
            inserter.insert(Constants.OBJ_BLOB, sealed)));
    return new Manifest(
        name.gateway(),
        clock.instant().truncatedTo(ChronoUnit.SECONDS),
        Facts.ofKernel(kernel),
        recipients.lines(),
        digests.name(),
        files);
  }
}
