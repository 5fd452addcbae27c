package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

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
   * Returns if nothing is in the way of {@link #init}, which looks again.
   *
   * @throws ProblemException {@code vault-not-empty}
   */
  public static void requireNone(VaultPlace place) {
    io(
        place,
        () -> {
          InitVault.requireNothingThere(place, Optional.empty());
          return place;
        });
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
    return io(
        place, () -> rekey(identity, (now, inserter) -> now.with(add, remove), "Other recipients"));
  }

  /**
   * Lets a passphrase open the newest snapshot of every gateway, and all that come: see {@link
   * NewPassphrase}. Takes seconds.
   *
   * @param identity that can decrypt the newest snapshots
   * @throws ProblemException {@code passphrase-exists}, and all of {@link #rekey}
   */
  public Rekeyed addPassphrase(NewPassphrase added, Identity identity) {
    return io(
        place,
        () -> {
          NewPassphrase.Sealed sealed = added.seal(clock.instant(), random);
          return rekey(
              identity,
              (now, inserter) -> now.withPassphrase(sealed, inserter),
              "A passphrase: " + added.name());
        });
  }

  /**
   * Takes a passphrase and its key away, as {@link #rekey} does: older commits stay readable for
   * whoever knows it.
   *
   * @param identity that can decrypt the newest snapshots
   * @throws ProblemException {@code passphrase-unknown}, and all of {@link #rekey}
   */
  public Rekeyed removePassphrase(String name, Identity identity) {
    return io(
        place,
        () ->
            rekey(
                identity,
                (now, inserter) -> now.withoutPassphrase(name),
                "No more passphrase: " + name));
  }

  /**
   * Encrypts the key behind a passphrase with another one. No snapshot is touched: the key stays
   * the same, so whoever knows the old passphrase and has an older commit can still open
   * everything. Takes seconds, twice.
   *
   * @throws ProblemException {@code passphrase-unknown}, {@code passphrase-wrong}, and those of
   *     {@link #rekey} but for what is said of gateways' files
   */
  public Rekeyed changePassphrase(Passphrase old, NewPassphrase changed) {
    return io(
        place,
        () -> {
          String name = changed.name();
          try (IdentityText locked = passphraseIdentity(name);
              IdentityText text = locked.unlock(old)) {
            String recipient = passphrases().get(name);
            if (recipient == null) {
              throw VaultProblems.passphraseUnknown(name, List.of());
            }
            NewPassphrase.Sealed sealed = changed.seal(text, recipient, random);
            return rekey(
                text.identity(),
                (now, inserter) -> now.withOther(sealed, inserter),
                "Another passphrase: " + name);
          }
        });
  }

  private Rekeyed rekey(Identity identity, Holders.Edit edit, String message) throws IOException {
    saving.lock();
    try {
      return new RekeyVault(place, clock, identity).rekey(edit, message);
    } finally {
      saving.unlock();
    }
  }

  /**
   * The passphrases that open the newest snapshots: the names, and the recipients behind them.
   *
   * @throws ProblemException {@code signature-invalid}, {@code vault-went-back}, {@code
   *     signing-key-unreadable}
   */
  public SortedMap<String, String> passphrases() {
    return holders((repository, holders) -> {
      SortedMap<String, String> recipients = new TreeMap<>();
      holders.passphrases().forEach((name, held) -> recipients.put(name, held.recipient()));
      return recipients;
    });
  }

  /**
   * The identity that a passphrase opens; locked.
   *
   * @throws ProblemException {@code passphrase-unknown}, {@code signature-invalid}, {@code
   *     vault-went-back}, {@code signing-key-unreadable}
   */
  public IdentityText passphraseIdentity(String name) {
    return holders((repository, holders) -> {
      byte[] sealed = repository.require(holders.held(name).sealed(), Constants.OBJ_BLOB);
      return IdentityText.of(SecretBytes.owning(sealed), "passphrase of " + name);
    });
  }

  /** What is wanted to know of those who can decrypt. */
  private interface HoldersQuestion<T> {
    T ask(VaultRepository repository, Holders holders);
  }

  /** Believed: a stranger's file must not be offered somebody's passphrase. */
  private <T> T holders(HoldersQuestion<T> question) {
    return io(
        place,
        () -> {
          try (VaultRepository repository = VaultRepository.open(place.repository())) {
            ObjectId tip = Branch.of(repository, place).tip();
            return question.ask(repository, Holders.of(VaultTree.of(repository, tip)));
          }
        });
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
