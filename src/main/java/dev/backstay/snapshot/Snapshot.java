package dev.backstay.snapshot;

import java.time.Instant;

/**
 * One state of one gateway in the vault.
 *
 * @param commit its full id
 * @param savedAt the commit's time; when the state was read from the gateway is {@code taken-at} in
 *     the manifest
 * @param reason why it was taken
 */
public record Snapshot(String commit, String gateway, Instant savedAt, String reason) {}
