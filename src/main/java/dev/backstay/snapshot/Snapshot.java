package dev.backstay.snapshot;

import java.time.Instant;
import java.util.Optional;

/**
 * One state of one gateway in the vault.
 *
 * @param commit its full id
 * @param savedAt the commit's time; when the state was read from the gateway is {@code taken-at} in
 *     the manifest
 * @param reason why it was taken
 * @param author who ran the controller, as {@code name <address>}; the commit's own word
 * @param signer whose signature it bears, by the name in this controller's list of allowed signers;
 *     empty if it is nobody's on it
 * @param rollout the rollout it was taken for
 */
public record Snapshot(
    String commit,
    String gateway,
    Instant savedAt,
    String reason,
    String author,
    Optional<String> signer,
    Optional<String> rollout) {}
