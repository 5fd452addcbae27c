/**
 * What went wrong, said so that a person can act on it: a {@link dev.backstay.problem.Problem} has
 * a code, a place, one sentence and a remedy. Every package may use it; it uses nothing.
 */
@NullMarked
package dev.backstay.problem;

import org.jspecify.annotations.NullMarked;
