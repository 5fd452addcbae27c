/**
 * A client of our own that asks a gateway whether it works: {@link dev.backstay.probe.Prober} sends
 * a real initiation and, if it may, a ping through the tunnel, and says by an {@link
 * dev.backstay.probe.Outcome} how far that went and what is the likely cause where it did not. What
 * is said when is decided without I/O ({@code Exchange}); the prober only carries datagrams. Uses
 * {@code wireguard}; used by {@code cli}, and by whoever judges a gateway.
 */
@NullMarked
package dev.backstay.probe;

import org.jspecify.annotations.NullMarked;
