package dev.backstay.health;

import dev.backstay.health.Baseline.ActivePeer;

/**
 * A client that did not come back.
 *
 * @param lastHandshake the last one before the change, second of the gateway's wall clock; 0 for
 *     never
 */
public record Missing(ActivePeer peer, PeerState state, Cause cause, long lastHandshake) {}
