package dev.backstay.snapshot;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Everything that can be wrong with a vault, each with its remedy. No text holds any content. */
final class VaultProblems {
  private VaultProblems() {}

  static ProblemException missing(Path repository) {
    return new ProblemException(
        "vault-missing",
        repository.toString(),
        "there is no vault here",
        "make one with 'backstay init', or clone the one you have to this place");
  }

  static Problem notEmpty(Path place) {
    return new Problem(
        "vault-not-empty",
        place.toString(),
        "this exists already, and a new vault overwrites nothing",
        "use the vault that is there, or move this away first; without its keys a vault cannot be"
            + " read");
  }

  static ProblemException unreadable(Path place, IOException cause) {
    return new ProblemException(
        "vault-unreadable",
        place.toString(),
        "reading or writing failed: " + cause,
        "check permissions and free space there, then run the command again");
  }

  static ProblemException corrupt(String where, String what) {
    return new ProblemException(
        "vault-corrupt",
        where,
        what,
        "run 'git fsck' there, fetch the missing objects from a clone or the remote, then try"
            + " again");
  }

  static Problem blobMissing(String gateway, String path) {
    return new Problem(
        "blob-missing",
        gateway,
        "the encrypted file of '" + path + "' is not in the repository",
        "fetch it from a clone or the remote, or take a new snapshot of the gateway");
  }

  static Problem blobCorrupt(String gateway, String path, String how) {
    return new Problem(
        "blob-corrupt",
        gateway,
        "the encrypted file of '" + path + "' is damaged: " + how,
        "restore the object from a clone or the remote, or take a new snapshot of the gateway,"
            + " which encrypts the file anew");
  }

  static Problem digestMismatch(String gateway, String path) {
    return new Problem(
        "digest-mismatch",
        gateway,
        "'" + path + "' decrypts to something else than what was saved",
        "do not use this snapshot; find out who can write to the vault, and take a new one");
  }

  static Problem keyMismatch(String gateway, String path, String how) {
    return new Problem(
        "key-mismatch",
        gateway,
        "the private key in '" + path + "' is not the one that its peers know: " + how,
        "do not restore it; take a new snapshot of the gateway, or use an older one");
  }

  static ProblemException digestKeyOther(Path key, String madeWith) {
    return new ProblemException(
        "digest-key-other",
        key.toString(),
        "the digests of this snapshot were made with another key (" + madeWith + ")",
        "put that key back, or take a new snapshot; age still decrypts this one");
  }

  static ProblemException digestKeyDamaged(Path key) {
    return new ProblemException(
        "digest-key-damaged",
        key.toString(),
        "this is not a digest key of 32 bytes",
        "put back a copy or delete the file: the next snapshot makes a new key and encrypts"
            + " everything anew");
  }

  static Problem identityWrong(String gateway, String path) {
    return new Problem(
        "identity-wrong",
        gateway,
        "'" + path + "' is not encrypted for this identity",
        "name the identity file of one of the snapshot's recipients; 'backstay snapshot show' lists"
            + " them");
  }

  static ProblemException identityUnreadable(String where, String what) {
    return new ProblemException(
        "identity-unreadable",
        where,
        what,
        "an identity is what age-keygen writes: one secret key a line; it may be encrypted with a"
            + " passphrase as age -p does");
  }

  static ProblemException passphraseWeak(String how) {
    return new ProblemException(
        "passphrase-weak",
        "",
        "this passphrase does not protect an identity: " + how,
        "whoever gets a copy of the vault can try out passphrases at leisure; take a sentence of"
            + " your own, or have one made");
  }

  static ProblemException passphraseWrong(String where) {
    return new ProblemException(
        "passphrase-wrong",
        where,
        "the passphrase does not open this identity",
        "try again; case, spaces and the keyboard's layout count");
  }

  static ProblemException passphraseCostly(String where, int logN, int most) {
    return new ProblemException(
        "passphrase-costly",
        where,
        "one try of its passphrase would cost 2^%d steps, and 2^%d are the most that are made"
            .formatted(logN, most),
        "find out who wrote this file; age itself refuses it too");
  }

  static ProblemException passphraseNeedsMemory(String where, long needed, long limit) {
    return new ProblemException(
        "passphrase-costly",
        where,
        "one try of its passphrase needs %d MiB of memory, and Backstay may use %d"
            .formatted(needed >> 20, limit >> 20),
        "give it more for this command: BACKSTAY_HEAP=%dm".formatted((needed >> 20) * 3 / 2));
  }

  static ProblemException passphraseUnknown(String name, Collection<String> known) {
    return new ProblemException(
        "passphrase-unknown",
        name,
        "the vault has no passphrase of this name",
        known.isEmpty()
            ? "backstay vault passphrase list shows those there are"
            : "there are: " + String.join(", ", known));
  }

  static ProblemException passphraseExists(String name) {
    return new ProblemException(
        "passphrase-exists",
        name,
        "the vault has a passphrase of this name already",
        "take another name, or: backstay vault passphrase change " + name);
  }

  static ProblemException passphraseNameInvalid(String name) {
    return new ProblemException(
        "passphrase-name-invalid",
        name,
        "this cannot be the name of a passphrase",
        "use letters, digits, dot, underscore and hyphen, at most 64 of them");
  }

  static ProblemException recipientInvalid(String where, String what) {
    return new ProblemException(
        "recipient-invalid",
        where,
        what,
        "give the public age1… line that 'age-keygen -y FILE' prints");
  }

  static ProblemException captureInvalid(String what) {
    return new ProblemException(
        "capture-invalid",
        "",
        "this state cannot be saved: " + what,
        "correct what is read from the gateway");
  }

  static ProblemException archiveInvalid(String what) {
    return new ProblemException(
        "archive-invalid",
        "",
        "the archive of the gateway's files cannot be used: " + what,
        "read it again; 'tar --dereference --hard-dereference' turns links into files");
  }

  static ProblemException moved(Path repository) {
    return new ProblemException(
        "vault-moved",
        repository.toString(),
        "another process kept writing to the vault, and this snapshot was not saved",
        "run the command again; a lock that a crash has left in refs/heads is removed by itself when"
            + " it is a minute old");
  }

  static ProblemException busy(Path lock, String holder, Duration limit) {
    return new ProblemException(
        "vault-busy",
        lock.toString(),
        "%s has been working on the vault for more than %d s"
            .formatted(holder.isEmpty() ? "another process" : holder, limit.toSeconds()),
        "wait for its end; nothing was saved, so run the command again then");
  }

  static ProblemException foreign(String where) {
    return new ProblemException(
        "vault-foreign",
        where,
        "this is a Git repository, but not a vault: it has no list of recipients",
        "name the repository of this vault, or an empty one");
  }

  static ProblemException identityMissing() {
    return new ProblemException(
        "identity-missing",
        "",
        "there is no identity here, and without one nothing can be decrypted",
        "name its file: --identity FILE");
  }

  static ProblemException remoteInvalid(String what) {
    return new ProblemException(
        "remote-invalid",
        "",
        "this cannot be the vault's remote: " + what,
        "give a folder, https://HOST/PATH or ssh://USER@HOST/PATH");
  }

  static ProblemException remoteNone(Path repository) {
    return new ProblemException(
        "remote-none",
        repository.toString(),
        "the vault has no remote",
        "name one: backstay vault remote URL");
  }

  static ProblemException remoteUnreachable(String url, String why) {
    return new ProblemException(
        "remote-unreachable",
        url,
        "the remote cannot be read or written: " + why,
        "see that it exists and that you may write to it; then: backstay vault push");
  }

  static ProblemException remoteRefused(String url, String why) {
    return new ProblemException(
        "remote-refused",
        url,
        "the remote does not take main: " + why,
        "see its rules for branch main and its free space; then: backstay vault push");
  }

  static ProblemException remoteMoved(String url, int tries) {
    return new ProblemException(
        "remote-moved",
        url,
        "somebody else was faster at the remote %d times in a row".formatted(tries),
        "what they wrote is merged here, and ours is not there yet: backstay vault push");
  }

  static ProblemException remoteLocked(String url) {
    return new ProblemException(
        "remote-locked",
        url,
        "branch main of the remote is locked, although nobody writes to it",
        "a crash may have left refs/heads/main.lock there. In a folder of this machine it is removed"
            + " by itself when it is a minute old; elsewhere remove it by hand. Then: backstay vault"
            + " push");
  }

  static ProblemException remoteNotBelieved(String url, List<Problem> why) {
    List<Problem> all = new ArrayList<>();
    all.add(
        new Problem(
            "remote-not-believed",
            url,
            "the remote holds commits that this controller has no reason to believe; nothing was"
                + " merged",
            "if another controller of yours made them, compare its key with its owner and add the"
                + " line of its .backstay/vault-allowed-signers to yours"));
    all.addAll(why);
    return new ProblemException(all);
  }

  static ProblemException diverged(String url) {
    return new ProblemException(
        "vault-diverged",
        url,
        "the remote holds a vault that has nothing in common with this one; nothing was merged",
        "name the remote of this vault, or an empty one");
  }

  static ProblemException retentionInvalid(String what, String hint) {
    return new ProblemException("retention-invalid", "", what, hint);
  }

  static ProblemException wentBack(Path repository, String tip, String seen, Path memory) {
    return new ProblemException(
        "vault-went-back",
        repository.toString(),
        "its newest commit is %s, which does not come after %s that was seen here before"
            .formatted(tip.substring(0, 10), seen.substring(0, 10)),
        "find out who put back an older vault; if it was you, remove " + memory);
  }

  static ProblemException snapshotUnknown(Path repository, String commit, String gateway) {
    return new ProblemException(
        "snapshot-unknown",
        repository.toString(),
        "there is no snapshot of '" + gateway + "' at '" + commit + "'",
        "'backstay snapshot list' shows those that exist");
  }

  static ProblemException evidenceUnknown(EvidenceName name) {
    return new ProblemException(
        "evidence-unknown",
        name.rollout(),
        "nothing was kept of '" + name.gateway() + "' in this rollout",
        "'backstay evidence' lists what there is; evidence is kept where a change failed");
  }

  static ProblemException signatureInvalid(Path repository, String commit, String how) {
    return new ProblemException(
        "signature-invalid",
        repository.toString(),
        "commit " + commit + " is not to be believed: " + how,
        "find out who made it; if you trust the signer, add the public key to"
            + " .backstay/vault-allowed-signers");
  }

  static ProblemException signingKeyUnreadable(Path file, String what) {
    return new ProblemException(
        "signing-key-unreadable",
        file.toString(),
        what,
        "put back a copy of the file from the working directory where the vault was made");
  }
}
