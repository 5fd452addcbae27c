/**
 * What a rollout did, told for people and for machines. A {@link dev.backstay.report.Story} is
 * folded from the lines of a journal and nothing else; text, Markdown, HTML and JSON are made of it
 * by one class each. Whoever adds a kind of {@link dev.backstay.rollout.Event} says here, in {@code
 * Telling}, what it adds to the story; nothing else looks at events.
 *
 * <p>Called by {@code cli}.
 */
@NullMarked
package dev.backstay.report;

import org.jspecify.annotations.NullMarked;
