package dev.backstay.drill;

import dev.backstay.rollout.Result;

/**
 * One rollout of the demo and what it announces.
 *
 * @param playbook its file name in {@code playbooks/demo/}
 * @param title for people
 * @param announced how it must end
 */
record Act(String playbook, String title, Result announced) {}
