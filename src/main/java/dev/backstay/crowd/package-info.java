/**
 * Many clients in one process, for tests, drills and load: each a WireGuard client with keys and a
 * port of its own, that calls, is called, keeps alive and changes its keys when the protocol says
 * so. {@link dev.backstay.crowd.Habits} are how they differ. A {@code Client} decides what to send
 * when without I/O; {@link dev.backstay.crowd.Crowd} carries the datagrams of all by one thread.
 * Uses {@code wireguard}.
 */
@NullMarked
package dev.backstay.crowd;

import org.jspecify.annotations.NullMarked;
