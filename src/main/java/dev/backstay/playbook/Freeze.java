package dev.backstay.playbook;

import java.time.Instant;

/**
 * A time in which nothing may be changed. A way back is never frozen.
 *
 * @param to does not belong to it
 */
public record Freeze(Instant from, Instant to, String reason) {}
