/**
 * Tells others what a rollout is doing: web hooks and commands, named in {@code notify.yaml} beside
 * the folders of a working directory. Who is told is a matter of the place and not of the change,
 * so a playbook says nothing about it.
 *
 * <p>A {@link dev.backstay.notify.Notifier} hears the lines of a journal, makes {@link
 * dev.backstay.notify.Message}s of some of them, and delivers them by a thread for each target. No
 * rollout waits for a delivery or fails by one; what nobody got is told at the end and is written
 * into the folder of the rollout.
 *
 * <p>Called by {@code cli}.
 */
@NullMarked
package dev.backstay.notify;

import org.jspecify.annotations.NullMarked;
