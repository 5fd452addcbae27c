/**
 * The vault: encrypted state of gateways in a plain Git repository, from which {@code git} and
 * {@code age} alone recover every file.
 *
 * <p>Nouns: a {@link dev.backstay.snapshot.Capture} is what was read from a gateway: files (secret)
 * and {@link dev.backstay.snapshot.Facts} (public). The {@link dev.backstay.snapshot.Vault} turns
 * it into a {@link dev.backstay.snapshot.Snapshot}: one signed commit with one age file per file
 * and a clear-text manifest. A recipient ({@code age1…}) is who can read it; an {@link
 * dev.backstay.snapshot.Identity} is the secret that does. A {@link dev.backstay.snapshot.ReadBack}
 * is what reading a snapshot back has proved.
 *
 * <p>Where things lie:
 *
 * <pre>
 * snapshots/                          a bare Git repository, branch main
 *   README                            how to recover with git and age
 *   recipients                        one age1… line each
 *   allowed_signers                   for git log --show-signature
 *   passphrases/NAME.age                an identity, encrypted with a passphrase; NAME.pub its recipient
 *   gateways/NAME/manifest            clear text: public facts; per file mode, owner, size, digest, blob
 *   gateways/NAME/files/PATH.age      encrypted for all recipients
 *   evidence/ROLLOUT/NAME/…           the same two, of what a gateway looked like when a change failed
 * .backstay/                          never in the vault; mode 0600 each
 *   vault-digest-key                  32 random bytes, see DigestKey
 *   vault-signing-key                 Ed25519, OpenSSH format
 *   vault-allowed-signers             whose commits this controller believes
 *   vault-head                        which commit it has seen last, see RememberedHead
 *   vault-lock                        held by the process that writes
 *   vault-remote-lock                 held by the process that talks to the remote
 *   vault-push-pending                since when and why the remote lacks something
 *   vault-identity                    age identity, if the controller may decrypt
 *   vault-identity.wrapped            the same, for a key in a hardware token to open
 * </pre>
 *
 * <p>age does not say who encrypted a file: anyone can encrypt for a public recipient. Therefore
 * commits are signed, a snapshot is believed only under a signature of a key in the working
 * directory's own {@code vault-allowed-signers}, and nothing is built upon a commit without one.
 *
 * <p>The history has branches where several controllers wrote at once, and joins them again ({@link
 * dev.backstay.snapshot.Reconcile}). It is written anew when it is pruned; what a commit was called
 * before stands in its trailers ({@link dev.backstay.snapshot.Trailers}).
 *
 * <p>Called by {@code transaction} (SNAPSHOT step) and the commands {@code snapshot} and {@code
 * vault}. The only package that knows JGit and jagged; no type of theirs leaks.
 */
@NullMarked
package dev.backstay.snapshot;

import org.jspecify.annotations.NullMarked;
