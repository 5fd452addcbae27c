/**
 * The port for time and threads. Whatever waits, polls or works side by side in {@code transaction}
 * and {@code rollout} does it through {@link dev.backstay.time.Time}, so that a rollout of hours
 * can be run in milliseconds, one thread at a time and always in the same order. Uses nothing of
 * ours; every package may use it.
 *
 * <p>Under virtual time a thread that waits for anything else (a {@code Future}, a {@code
 * Semaphore}, a monitor whose holder sleeps) stops the world: hold no lock while you wait.
 */
@NullMarked
package dev.backstay.time;

import org.jspecify.annotations.NullMarked;
