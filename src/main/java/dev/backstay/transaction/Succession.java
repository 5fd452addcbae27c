package dev.backstay.transaction;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Traffic;

/**
 * One gateway takes over the clients of another.
 *
 * @param old whose clients they are; it is looked at and never changed
 * @param heir who is to have them
 */
record Succession(Gateway old, Gateway heir, Traffic traffic, Traffic.Takeover rules) {}
