package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import dev.backstay.ssh.SshConnector;
import dev.backstay.ssh.SshSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * The door to the vault. Safe for use by several threads: readers run side by side, saves one after
 * the other. Several processes may write: those of this working directory wait for their turn, up
 * to a minute ({@code vault-busy}); whoever else writes to the repository is met by publishing only
 * on top of what was read, and after a second try with {@code vault-moved}.
 *
 * <p>Every method throws {@link ProblemException}; beside the codes named below {@code
 * vault-unreadable} (input or output failed) and {@code vault-corrupt} (an object of Git other than
 * an encrypted file is missing, damaged or malformed). No exception holds content or keys.
 */
public final class Vault {
  /** For a turn to write: a snapshot takes less than a second, packing a year of them a few. */
  private static final Duration LOCK_LIMIT = Duration.ofSeconds(60);

  /** For a remote that nobody waits for. */
  private static final Duration SHORT_PATIENCE = Duration.ofSeconds(5);

  /** For a remote that somebody waits for. */
  private static final Duration LONG_PATIENCE = Duration.ofSeconds(30);

  private static final Set<String> NOT_THIS_VAULTS =
      Set.of("vault-foreign", "vault-diverged", "remote-not-believed");

  private final VaultPlace place;
  private final Clock clock;
  private final SecureRandom random;
  private final SyncRemote remote;
  private final BackgroundPush push;
  private final Notices notices;
  private final KeptOpen kept;
  private final KnownTip known = new KnownTip();
  private final KnownWriters writers = new KnownWriters();
  private final ReentrantLock saving = new ReentrantLock();
  private volatile boolean wrote;

  private Vault(
      VaultPlace place,
      Clock clock,
      SecureRandom random,
      Supplier<Connector> ssh,
      Notices notices) {
    this.place = place;
    this.kept = new KeptOpen(place.repository());
    this.clock = clock;
    this.random = random;
    this.remote = new SyncRemote(place, clock, ssh, notices);
    this.push = new BackgroundPush(() -> remote.sync(SHORT_PATIENCE));
    this.notices = notices;
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
   * @throws ProblemException {@code vault-missing}, {@code vault-foreign}
   */
  public static Vault open(VaultPlace place, Clock clock, SecureRandom random) {
    Supplier<Connector> defaults = () -> new SshConnector(SshSettings.defaults());
    return open(place, clock, random, defaults, Notices.NONE);
  }

  /**
   * @param clock for the time of commits
   * @param random for a new digest key, should the old one be lost
   * @param ssh makes a connector for a remote that is reached over SSH; closed after use
   * @param notices hears what else people should know
   * @throws ProblemException {@code vault-missing}, {@code vault-foreign}
   */
  public static Vault open(
      VaultPlace place,
      Clock clock,
      SecureRandom random,
      Supplier<Connector> ssh,
      Notices notices) {
    return io(
        place,
        () -> {
          try (VaultRepository repository = VaultRepository.open(place.repository())) {
            VaultTree tree = VaultTree.of(repository, repository.tip());
            if (tree.root().file(VaultTree.RECIPIENTS).isEmpty()) {
              throw VaultProblems.foreign(place.repository().toString());
            }
            return new Vault(place, clock, random, ssh, notices);
          }
        });
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
    try (capture) {
      return save(gateway, capture, Reason.of(reason));
    }
  }

  /** The same for a reason that names a rollout. If there is a remote, a push begins, unwaited. */
  public Saved save(String gateway, Capture capture, Reason reason) {
    try (capture) {
      return save(gateway, Captured.of(capture), reason);
    }
  }

  /**
   * The same for what the gateway has encrypted by itself.
   *
   * @param capture made by the newest {@link #sealOrders}; where main has moved since and a file
   *     that was left out is gone, it is refused with {@code capture-invalid}
   */
  public Saved save(String gateway, SealedCapture capture, Reason reason) {
    return save(gateway, capture.captured(), reason);
  }

  private Saved save(String gateway, Captured captured, Reason reason) {
    SaveSnapshot save = new SaveSnapshot(place, clock, random, known, writers);
    Saved saved = writing(() -> save.save(kept.get(), gateway, captured, reason));
    if (saved.committed()) {
      wrote = true;
      pushSoon();
    }
    return saved;
  }

  /**
   * Keeps what a gateway looked like when its change failed, encrypted like a snapshot. If there is
   * a remote, a push begins, unwaited.
   *
   * @param take names it among those of the same gateway and rollout
   * @param kernel the gateway's
   * @param archive closed when this returns, whichever way
   * @throws ProblemException as {@link #save}
   */
  public KeptEvidence.Commit keepEvidence(
      EvidenceName name, String take, String kernel, EvidenceArchive archive) {
    try (archive) {
      KeepEvidence keep = new KeepEvidence(place, clock, random);
      KeptEvidence.Commit done = writing(() -> keep.keep(kept.get(), name, take, kernel, archive));
      wrote = true;
      pushSoon();
      return done;
    }
  }

  /** What evidence there is, of the newest rollout first. */
  public List<KeptEvidence> evidence() {
    return opened(repository -> ListEvidence.at(VaultTree.of(repository, repository.tip())));
  }

  /**
   * As {@link #verify}, for evidence.
   *
   * @throws ProblemException {@code evidence-unknown}, and as {@link #verify}
   */
  public ReadBack verifyEvidence(EvidenceName name, Optional<Identity> identity) {
    return io(place, () -> new VerifySnapshot(place).verifyEvidence(name, identity));
  }

  /**
   * What was kept, in clear, by take; the caller closes it.
   *
   * @throws ProblemException {@code evidence-unknown}, and as {@link #verify}
   */
  public SortedMap<String, EvidenceArchive> readEvidence(EvidenceName name, Identity identity) {
    return io(
        place,
        () -> {
          SortedMap<String, EvidenceArchive> takes = new TreeMap<>();
          new VerifySnapshot(place)
              .readEvidence(name, identity)
              .forEach((file, packed) ->
                  takes.put(KeepEvidence.take(name, file), EvidenceArchive.owning(packed)));
          return takes;
        });
  }

  /**
   * Encrypts a small secret for the vault's recipients. It is not kept in the vault.
   *
   * @param secret is read, and not closed
   */
  public byte[] seal(SecretBytes secret) {
    return io(
        place,
        () -> {
          try (VaultRepository repository = VaultRepository.open(place.repository())) {
            VaultTree tree = VaultTree.of(repository, Branch.of(repository, place).tip());
            return Age.encrypt(secret, tree.recipients().writers());
          }
        });
  }

  /**
   * What a gateway reads that encrypts by itself. Holds the key of its digests, which proves
   * nothing of other gateways; the caller wipes it.
   *
   * @throws ProblemException as {@link #save}
   */
  public byte[] sealOrders(String gateway) {
    return io(place, () -> new SealOrders(place, random).forGateway(gateway));
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
    return changing(identity, (now, inserter) -> now.with(add, remove), "Other recipients");
  }

  /**
   * Lets a passphrase open the newest snapshot of every gateway, and all that come: see {@link
   * NewPassphrase}. Takes seconds.
   *
   * @param identity that can decrypt the newest snapshots
   * @throws ProblemException {@code passphrase-exists}, and all of {@link #rekey}
   */
  public Rekeyed addPassphrase(NewPassphrase added, Identity identity) {
    NewPassphrase.Sealed sealed = io(place, () -> added.seal(clock.instant(), random));
    return changing(
        identity,
        (now, inserter) -> now.withPassphrase(sealed, inserter),
        "A passphrase: " + added.name());
  }

  /**
   * Takes a passphrase and its key away, as {@link #rekey} does: older commits stay readable for
   * whoever knows it.
   *
   * @param identity that can decrypt the newest snapshots
   * @throws ProblemException {@code passphrase-unknown}, and all of {@link #rekey}
   */
  public Rekeyed removePassphrase(String name, Identity identity) {
    return changing(
        identity, (now, inserter) -> now.withoutPassphrase(name), "No more passphrase: " + name);
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
            return changing(
                text.identity(),
                (now, inserter) -> now.withOther(sealed, inserter),
                "Another passphrase: " + name);
          }
        });
  }

  private Rekeyed changing(Identity identity, Holders.Edit edit, String message) {
    Rekeyed done = writing(() -> new RekeyVault(place, clock, identity).rekey(edit, message));
    wrote = true;
    pushSoon();
    return done;
  }

  /**
   * Looks through the whole history: who signed each commit, and whether what it holds agrees.
   *
   * @throws ProblemException {@code signature-invalid}, {@code blob-missing}, {@code
   *     vault-went-back}, {@code vault-foreign}; up to twenty at once
   */
  public Chain verifyChain() {
    return opened(repository -> {
      Branch branch = Branch.of(repository, place);
      return new VerifyChain(repository, branch.signers()).all(branch.notBack());
    });
  }

  /**
   * Decrypts some files of the newest snapshots, chosen by chance, and compares them with what was
   * saved.
   *
   * @param count how many; all if there are fewer
   * @param seed chooses
   * @throws ProblemException {@code identity-missing}, and as {@link #verify}
   */
  public Sampled verifySample(int count, long seed, Optional<Identity> identity) {
    Identity key = identity.orElseThrow(VaultProblems::identityMissing);
    return io(place, () -> new VerifySample(place).verify(count, seed, key));
  }

  /**
   * Writes the history anew with the snapshots that stay, and drops the others. If there is a
   * remote, its history is replaced with the next push, unless somebody has written to it since.
   *
   * @param held full ids of commits that stay whatever the rules say
   * @param dryRun only tells what would go
   * @throws ProblemException {@code signature-invalid}, {@code vault-went-back}, {@code
   *     vault-busy}, {@code vault-moved}; nothing has changed then
   */
  public Pruned prune(Retention retention, Collection<String> held, boolean dryRun) {
    return prune(retention, held, EvidenceRetention.ALL, dryRun);
  }

  /**
   * The same, with evidence.
   *
   * @param evidence what of it goes
   */
  public Pruned prune(
      Retention retention, Collection<String> held, EvidenceRetention evidence, boolean dryRun) {
    PruneVault prune = new PruneVault(place, clock, retention, held, evidence);
    if (dryRun) {
      return io(place, () -> prune.prune(true));
    }
    Pruned pruned = aloneWriting(() -> prune.prune(false));
    writers.forget();
    return pruned;
  }

  /** Drops what a prune has left behind, as far as nothing refers to it any more. */
  public void dropPruned() {
    aloneWriting(() -> {
      kept.close();
      return opened(repository -> new PackVault(repository).dropUnreachable());
    });
  }

  /**
   * Names the remote, or another one, and makes main there what it is here.
   *
   * @param url a folder, {@code https://…}, {@code ssh://…} or {@code host:path}
   * @param identity private key for SSH; without one the user's own
   * @param knownHosts without one the user's own
   * @throws ProblemException {@code remote-invalid}, {@code vault-foreign}, {@code vault-diverged},
   *     {@code remote-not-believed}: the remote is the one from before then; else as {@link #push},
   *     and the remote is noted and the push pending
   */
  public Synced setRemote(String url, Optional<Path> identity, Optional<Path> knownHosts) {
    RemoteSettings settings =
        new RemoteSettings(
            RemoteUrl.parse(url),
            identity.map(Path::toAbsolutePath),
            knownHosts.map(Path::toAbsolutePath));
    Optional<RemoteSettings> before = writing(() -> changeRemote(Optional.of(settings)));
    try {
      return push();
    } catch (ProblemException refused) {
      if (NOT_THIS_VAULTS.contains(refused.problems().getFirst().code())) {
        writing(() -> changeRemote(before));
      }
      throw refused;
    }
  }

  /** From now on the vault has no remote. What is there stays there. */
  public void removeRemote() {
    writing(() -> changeRemote(Optional.empty()));
  }

  /** Returns what it was before. */
  private Optional<RemoteSettings> changeRemote(Optional<RemoteSettings> settings)
      throws IOException {
    ChangeRemote change = new ChangeRemote(place);
    Optional<RemoteSettings> before = change.now();
    change.to(settings);
    return before;
  }

  /** What the remote lacks, as far as can be told without asking it; empty if there is none. */
  public Optional<VaultStatus.Remote> remoteStatus() {
    return io(place, () -> new ReadStatus(place).remote());
  }

  /** Where the vault stands, as far as can be told without asking the remote. */
  public VaultStatus status() {
    return io(place, () -> new ReadStatus(place).read());
  }

  /**
   * Makes main at the remote what it is here, and waits for it. What another controller has pushed
   * is merged first.
   *
   * @throws ProblemException {@code remote-none}, {@code remote-unreachable}, {@code
   *     remote-refused}, {@code remote-moved}, {@code remote-not-believed}, {@code vault-diverged},
   *     {@code vault-foreign}, or what an SSH connection can fail with
   */
  public Synced push() {
    wrote = true;
    return io(place, () -> remote.sync(LONG_PATIENCE));
  }

  /** Begins a push if there is a remote that lacks something, and waits for nothing. */
  public void pushSoon() {
    boolean owed =
        opened(repository ->
            RemoteSettings.read(repository).isPresent()
                && !repository.remoteTip().equals(Optional.of(repository.tip())));
    if (owed) {
      push.request();
    }
  }

  /**
   * What is good to do before a command ends: waits a little for a push that is under way, and
   * packs the repository if something was written and it is worth it.
   *
   * @param limit for the push
   * @return whether no push is under way any more; why one failed is in {@link #status}
   */
  public boolean settle(Duration limit) {
    boolean quiet = push.settle(limit);
    if (wrote) {
      writing(() -> {
        kept.close();
        return opened(repository -> new PackVault(repository).packIfDue());
      });
    }
    return quiet;
  }

  /** The newest snapshot of each gateway, by name. */
  public List<Snapshot> newest() {
    return opened(repository -> {
      AllowedSigners signers = AllowedSigners.read(place.allowedSigners());
      History history = new History(repository, signers);
      ObjectId tip = repository.tip();
      SortedSet<String> gateways = VaultTree.of(repository, tip).gatewayNames();
      List<Snapshot> newest = new ArrayList<>();
      for (var entry : new TreeMap<>(history.writers(tip, gateways)).entrySet()) {
        newest.add(history.snapshot(entry.getValue(), entry.getKey()));
      }
      return newest;
    });
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
    return opened(repository -> {
      AllowedSigners signers = AllowedSigners.read(place.allowedSigners());
      return new History(repository, signers).all(gateway -> true);
    });
  }

  /**
   * The commit of the newest snapshot of a gateway, or of the newest one at or before a moment.
   *
   * @throws ProblemException {@code snapshot-unknown}
   */
  public String latest(String gateway, Optional<Instant> notAfter) {
    return (notAfter.isEmpty() ? newest() : list())
        .stream()
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

  /** What is done with the repository, opened for it. */
  private interface Use<T> {
    T run(VaultRepository repository) throws IOException;
  }

  private <T> T opened(Use<T> use) {
    return io(
        place,
        () -> {
          try (VaultRepository repository = VaultRepository.open(place.repository())) {
            return use.run(repository);
          }
        });
  }

  /**
   * Work beside which nobody of this controller writes, nor talks with the remote: who does that
   * adds objects that nothing names yet. The locks are taken in this order everywhere.
   */
  private <T> T aloneWriting(Work<T> work) {
    return io(
        place,
        () -> {
          try (VaultLock remoteTurn = VaultLock.acquire(place.remoteLock(), LOCK_LIMIT)) {
            return writing(work);
          }
        });
  }

  /** Work that nobody else of this controller may do at the same time. */
  private <T> T writing(Work<T> work) {
    saving.lock();
    try {
      return io(
          place,
          () -> {
            try (VaultLock held = VaultLock.acquire(place.lock(), LOCK_LIMIT)) {
              removeStaleLocks(held);
              return work.run();
            }
          });
    } finally {
      saving.unlock();
    }
  }

  private void removeStaleLocks(VaultLock held) throws IOException {
    Path folder = VaultRepository.folderOf(place.repository());
    for (Path file : new StaleLocks(Clock.systemUTC(), Duration.ZERO).clear(folder, held)) {
      notices.tell("a lock that a crash had left behind was removed: " + file);
    }
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
