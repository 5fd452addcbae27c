/**
 * Who of the clients came back, and what that means. {@link dev.backstay.health.Baseline} says who
 * was active before the change, {@link dev.backstay.health.Watch} folds observations into one bit
 * per client, and {@link dev.backstay.health.Judge} turns those bits into a {@link
 * dev.backstay.health.Verdict}: pass, fail or inconclusive. Pure functions of evidence; no I/O, no
 * clock of their own.
 */
@NullMarked
package dev.backstay.health;

import org.jspecify.annotations.NullMarked;
