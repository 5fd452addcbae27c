/**
 * A fleet that does not exist: gateways that answer like real ones, in a world whose clock jumps,
 * in which anything may break at any moment. The engine that changes it is the real one, from the
 * plan to the last line of the journal.
 *
 * <p>Nouns: {@link dev.backstay.simulation.VirtualTime}, the world's time and threads, and {@link
 * dev.backstay.simulation.VirtualProcess}, what can be killed in it.
 */
@NullMarked
package dev.backstay.simulation;

import org.jspecify.annotations.NullMarked;
