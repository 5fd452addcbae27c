/**
 * What to change, on which gateways, in which waves, judged how: a {@link
 * dev.backstay.playbook.Playbook} as the operator wrote it, checked, with its units as types. The
 * reader reports every mistake at once, each with file, line and column. Nothing is guessed: a
 * threshold that cannot be read is an error, never "false".
 */
@NullMarked
package dev.backstay.playbook;

import org.jspecify.annotations.NullMarked;
