package dev.backstay.snapshot;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;

/**
 * Saves the state of one gateway: encrypts what changed, reuses what did not, commits, publishes.
 */
final class SaveSnapshot {
  // Another process that writes at the same moment is met once; twice is a pattern worth a word.
  private static final int ATTEMPTS = 2;

  private final VaultPlace place;
  private final Clock clock;
  private final SecureRandom random;
  private final KnownTip known;
  private final KnownWriters writers;

  SaveSnapshot(
      VaultPlace place, Clock clock, SecureRandom random, KnownTip known, KnownWriters writers) {
    this.place = place;
    this.clock = clock;
    this.random = random;
    this.known = known;
    this.writers = writers;
  }

  Saved save(VaultRepository repository, String gateway, Captured capture, Reason reason)
      throws IOException {
    ManifestWords.requireGateway(gateway);
    SigningKey signingKey = SigningKey.read(place.signingKey());
    Branch branch = Branch.of(repository, place);
    Optional<DigestKey> key = DigestKey.read(place.digestKey());
    try (DigestKey digests =
        key.isPresent() ? key.get() : DigestKey.create(place.digestKey(), random)) {
      Attempt attempt =
          new Attempt(repository, branch, signingKey, digests, gateway, capture, reason);
      for (int i = 0; i < ATTEMPTS; i++) {
        Optional<Saved> saved = attempt.run(key.isEmpty());
        if (saved.isPresent()) {
          return saved.get();
        }
      }
      throw VaultProblems.moved(place.repository());
    }
  }

  /** One try to build upon the tip of main; what it has encrypted serves the next try as well. */
  private final class Attempt {
    private final VaultRepository repository;
    private final Branch branch;
    private final SigningKey signingKey;
    private final DigestKey digests;
    private final String gateway;
    private final Captured capture;
    private final Reason reason;
    private final Map<String, ObjectId> encrypted = new HashMap<>();
    private List<String> encryptedFor = List.of();

    Attempt(
        VaultRepository repository,
        Branch branch,
        SigningKey signingKey,
        DigestKey digests,
        String gateway,
        Captured capture,
        Reason reason) {
      this.repository = repository;
      this.branch = branch;
      this.signingKey = signingKey;
      this.digests = digests;
      this.gateway = gateway;
      this.capture = capture;
      this.reason = reason;
    }

    /** Empty if main moved meanwhile. */
    Optional<Saved> run(boolean newDigestKey) throws IOException {
      ObjectId tip = branch.notBack();
      KnownTip.Content content = known.read(branch, tip);
      VaultTree before = content.tree();
      Optional<Manifest> old = before.manifest(gateway);
      History history = new History(repository, branch.signers());
      try (ObjectInserter inserter = repository.inserter()) {
        Manifest now = manifest(content.recipients(), old, inserter);
        List<FileChange> changes = CompareManifests.compare(old, now);
        if (old.isPresent() && old.get().sameStateAs(now)) {
          ObjectId writer = writers.writer(history, tip, before, gateway);
          Snapshot still = history.snapshot(writer, gateway);
          return Optional.of(new Saved(still, false, changes, newDigestKey));
        }
        VaultTree after =
            before
                .withManifest(now, inserter)
                .withText(VaultTree.README, Readme.TEXT, inserter)
                .withText(VaultTree.ALLOWED_SIGNERS, branch.signers().text(), inserter);
        ObjectId commit =
            new WriteCommit(signingKey, clock).write(after, tip, reason.message(gateway), inserter);
        if (!branch.publish(tip, commit)) {
          return Optional.empty();
        }
        writers.wrote(gateway, after.gateway(gateway).orElseThrow(), commit);
        Snapshot snapshot = history.snapshot(commit, gateway);
        return Optional.of(new Saved(snapshot, true, changes, newDigestKey));
      }
    }

    private Manifest manifest(
        Recipients recipients, Optional<Manifest> old, ObjectInserter inserter) throws IOException {
      if (!recipients.lines().equals(encryptedFor)) {
        encrypted.clear();
        encryptedFor = recipients.lines();
      }
      SortedMap<String, StoredFile> reusable = reusable(recipients, old);
      SortedMap<String, StoredFile> files = new TreeMap<>();
      for (Map.Entry<String, Content> entry : capture.files().entrySet()) {
        String path = entry.getKey();
        Content file = entry.getValue();
        String digest = file.digest(digests, gateway, path);
        ObjectId blob =
            Optional.ofNullable(reusable.get(path))
                .filter(stored -> stored.digest().equals(digest))
                .map(StoredFile::blob)
                .filter(repository::intact)
                .orElse(null);
        if (blob == null) {
          blob = encrypt(path, file, recipients, inserter);
        }
        files.put(path, new StoredFile(file.mode(), file.owner(), file.size(), digest, blob));
      }
      return new Manifest(
          gateway,
          capture.takenAt().truncatedTo(ChronoUnit.SECONDS),
          capture.facts(),
          recipients.lines(),
          digests.name(),
          files);
    }

    private SortedMap<String, StoredFile> reusable(Recipients recipients, Optional<Manifest> old) {
      return old.filter(m -> m.recipients().equals(recipients.lines()))
          .filter(m -> m.digestKey().equals(digests.name()))
          .map(Manifest::files)
          .orElseGet(TreeMap::new);
    }

    private ObjectId encrypt(
        String path, Content file, Recipients recipients, ObjectInserter inserter)
        throws IOException {
      ObjectId done = encrypted.get(path);
      if (done == null) {
        byte[] bytes = file.encrypted(gateway, path, recipients);
        done = inserter.insert(Constants.OBJ_BLOB, bytes);
        encrypted.put(path, done);
      }
      return done;
    }
  }
}
