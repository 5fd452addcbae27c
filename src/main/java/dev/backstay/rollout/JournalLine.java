package dev.backstay.rollout;

import java.time.Instant;

/**
 * One line of a journal.
 *
 * @param seq from 1, without gaps
 * @param time of the controller's clock
 * @param previous SHA-256 of the line before, in hex; 64 zeros for the first
 */
public record JournalLine(long seq, Instant time, String previous, Event body) {}
