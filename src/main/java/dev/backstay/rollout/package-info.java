/**
 * Waves over gateways. A {@link dev.backstay.rollout.Plan} is a playbook resolved against the facts
 * of real gateways; a {@link dev.backstay.rollout.Rollout} carries it out wave by wave; its {@link
 * dev.backstay.rollout.Journal} is written before each step, and {@link
 * dev.backstay.rollout.RolloutState} is the fold of that journal and nothing else.
 */
@NullMarked
package dev.backstay.rollout;

import org.jspecify.annotations.NullMarked;
