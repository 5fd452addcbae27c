/**
 * WireGuard itself as pure values: keys, and the protocol constants that timing rests on. No I/O;
 * every package may use it.
 */
@NullMarked
package dev.backstay.wireguard;

import org.jspecify.annotations.NullMarked;
