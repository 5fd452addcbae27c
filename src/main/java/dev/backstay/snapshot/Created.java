package dev.backstay.snapshot;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A new vault.
 *
 * @param commit the first commit: README, recipients, allowed signers
 * @param newIdentity the file of the identity that was made; its owner must be told to keep a copy
 *     elsewhere, for without it the vault cannot be read
 * @param signer the public signing key as OpenSSH writes it, for comparison out of band
 */
public record Created(
    String commit, List<String> recipients, Optional<Path> newIdentity, String signer) {
  public Created {
    recipients = List.copyOf(recipients);
  }
}
