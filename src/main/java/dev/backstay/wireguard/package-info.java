/**
 * WireGuard itself as pure values: keys, the handshake from both sides, sessions, and the constants
 * of the protocol that timing rests on. Secrets never leave the package: {@link
 * dev.backstay.wireguard.Peering} is made of keys, an {@link dev.backstay.wireguard.Initiator} of a
 * peering, and what comes out is messages. No I/O, no clock; every package may use it.
 */
@NullMarked
package dev.backstay.wireguard;

import org.jspecify.annotations.NullMarked;
