package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The door to the vault. Safe for use by several threads: readers run side by side, saves one after
 * the other. Several processes may write: each publishes only on top of what it has read, tries
 * once more if another was faster, and then gives up with {@code vault-moved}.
 *
 * <p>Every method throws {@link ProblemException}; beside the codes named below {@code
 * vault-unreadable} (input or output failed) and {@code vault-corrupt} (an object of Git other than
 * an encrypted file is missing, damaged or malformed). No exception holds content or keys.
 */
public final class Vault {
  private final VaultPlace place;
  private final Clock clock;
  private final SecureRandom random;
  private final ReentrantLock saving = new ReentrantLock();

  private Vault(VaultPlace place, Clock clock, SecureRandom random) {
    this.place = place;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Makes a vault and the controller's keys for it. Nothing is overwritten: whatever is in the way
   * is reported before anything is written.
   *
   * @param random for the digest key and the signing key; age takes its own
   * @throws ProblemException {@code vault-not-empty}, {@code recipient-invalid}
   */
  public static Created init(
      VaultPlace place, Keyholders keyholders, Clock clock, SecureRandom random) {
    return io(place, () -> new InitVault(place, clock, random).init(keyholders));
  }

  /**
   * @param clock for the time of commits
   * @param random for a new digest key, should the old one be lost
   * @throws ProblemException {@code vault-missing}
   */
  public static Vault open(VaultPlace place, Clock clock, SecureRandom random) {
    io(
        place,
        () -> {
          try (VaultRepository repository = VaultRepository.open(place.repository())) {
            return repository.tip();
          }
        });
    return new Vault(place, clock, random);
  }

  /**
   * Saves the state of a gateway. If nothing but the time differs from its latest snapshot, nothing
   * is written. A file whose plaintext and recipients are unchanged is not encrypted again.
   *
   * @param capture wiped when this returns, whichever way
   * @param reason one line, public, the commit's subject after the gateway's name
   * @throws ProblemException {@code vault-moved}, {@code vault-went-back}, {@code capture-invalid},
   *     {@code signature-invalid} (the tip of main is nobody's whom this controller believes),
   *     {@code signing-key-unreadable}, {@code digest-key-damaged}, {@code recipient-invalid}
   */
  public Saved save(String gateway, Capture capture, String reason) {
    saving.lock();
    try (capture) {
      return io(place, () -> new SaveSnapshot(place, clock, random).save(gateway, capture, reason));
    } finally {
      saving.unlock();
    }
  }

  /**
   * Reads a snapshot back: opens the repository anew and looks at every byte of it that the
   * manifest names. Every file is looked at, and all that is wrong is reported at once.
   *
   * @param commit its id, full or abbreviated, or a name that Git knows
   * @param identity if the controller has one; see {@link ReadBack} for what is proved without
   * @throws ProblemException {@code snapshot-unknown}, {@code signature-invalid}, {@code
   *     vault-went-back}, {@code blob-missing}, {@code blob-corrupt}, {@code identity-wrong},
   *     {@code digest-mismatch}, {@code digest-key-other}, {@code digest-key-damaged}, {@code
   *     signing-key-unreadable}
   */
  public ReadBack verify(String commit, String gateway, Optional<Identity> identity) {
    return io(place, () -> new VerifySnapshot(place).verify(commit, gateway, identity));
  }

  /**
   * A whole snapshot in clear, after everything that {@link #verify} proves. The caller closes it.
   *
   * @throws ProblemException as {@link #verify}
   */
  public Capture read(String commit, String gateway, Identity identity) {
    return io(place, () -> new VerifySnapshot(place).read(commit, gateway, identity));
  }

  /**
   * Which files of a gateway differ now from a snapshot, told by their digests: no identity is
   * needed.
   *
   * @param live not closed
   * @throws ProblemException {@code snapshot-unknown}, {@code digest-key-other}, {@code
   *     digest-key-damaged}
   */
  public List<FileChange> compare(String commit, String gateway, Capture live) {
    Manifest saved = reading(commit, gateway, tree -> tree.manifest(gateway));
    return io(place, () -> CompareManifests.compareLive(saved, live, place));
  }

  /**
   * Encrypts the newest snapshot of every gateway for other recipients. Older commits stay as they
   * are: whoever is removed can still read those.
   *
   * @param add {@code age1…}
   * @param remove {@code age1…}, of those there are
   * @param identity that can decrypt the newest snapshots
   * @throws ProblemException {@code recipient-invalid} (also if nobody would be left), {@code
   *     identity-wrong}, {@code blob-missing}, {@code blob-corrupt}, {@code digest-mismatch},
   *     {@code digest-key-other}, {@code signature-invalid}, {@code vault-moved}, {@code
   *     vault-went-back}; nothing is written then
   */
  public Rekeyed rekey(Collection<String> add, Collection<String> remove, Identity identity) {
    saving.lock();
    try {
      return io(place, () -> new RekeyVault(place, clock, identity).rekey(add, remove));
    } finally {
      saving.unlock();
    }
  }

  /** All snapshots of all gateways, newest first. */
  public List<Snapshot> list() {
    return io(
        place,
        () -> {
          try (VaultRepository repository = VaultRepository.open(place.repository())) {
            return new History(repository).all(gateway -> true);
          }
        });
  }

  /**
   * The commit of the newest snapshot of a gateway, or of the newest one at or before a moment.
   *
   * @throws ProblemException {@code snapshot-unknown}
   */
  public String latest(String gateway, Optional<Instant> notAfter) {
    return list().stream()
        .filter(one -> one.gateway().equals(gateway))
        .filter(one -> notAfter.map(moment -> !one.savedAt().isAfter(moment)).orElse(true))
        .map(Snapshot::commit)
        .findFirst()
        .orElseThrow(() ->
            VaultProblems.snapshotUnknown(
                place.repository(), notAfter.map(Instant::toString).orElse("main"), gateway));
  }

  /**
   * The manifest as it stands in the vault.
   *
   * @throws ProblemException {@code snapshot-unknown}
   */
  public String show(String gateway, String commit) {
    return reading(commit, gateway, tree -> tree.manifestText(gateway));
  }

  /**
   * Which files of a gateway differ, sorted by path. Neither signature nor content is checked: that
   * is {@link #verify}'s.
   *
   * @throws ProblemException {@code snapshot-unknown}
   */
  public List<FileChange> diff(String from, String to, String gateway) {
    Manifest before = reading(from, gateway, tree -> tree.manifest(gateway));
    Manifest after = reading(to, gateway, tree -> tree.manifest(gateway));
    return CompareManifests.compare(Optional.of(before), after);
  }

  /** What is wanted of a commit. */
  private interface Question<T> {
    Optional<T> ask(VaultTree tree);
  }

  private <T> T reading(String commit, String gateway, Question<T> question) {
    return io(
        place,
        () -> {
          try (VaultRepository repository = VaultRepository.open(place.repository())) {
            return repository
                .find(commit)
                .map(id -> VaultTree.of(repository, id))
                .flatMap(question::ask)
                .orElseThrow(
                    () -> VaultProblems.snapshotUnknown(place.repository(), commit, gateway));
          }
        });
  }

  /** Work that may fail at the disk. */
  private interface Work<T> {
    T run() throws IOException;
  }

  private static <T> T io(VaultPlace place, Work<T> work) {
    try {
      return work.run();
    } catch (IOException failed) {
      throw VaultProblems.unreadable(place.repository(), failed);
    }
  }
}
