/**
 * One change of one gateway, with a lease and a way back: preflight, baseline, snapshot, stage,
 * arm, apply, reachable, observe, and after the verdict confirm or revert. There is no other way to
 * change a gateway.
 *
 * <p>Nouns: {@link dev.backstay.transaction.Transaction}, its {@link
 * dev.backstay.transaction.Step}s, what became of it ({@link dev.backstay.transaction.Attempt},
 * {@link dev.backstay.transaction.Ending}), and {@link dev.backstay.transaction.StepLog}, the port
 * through which it tells a rollout what it is about to do, before it does it.
 */
@NullMarked
package dev.backstay.transaction;

import org.jspecify.annotations.NullMarked;
