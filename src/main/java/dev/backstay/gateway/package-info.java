/**
 * One gateway, spoken to through a shell: its facts, the programs that run on it, its dead-man
 * switch, and the stream of what its peers do. Nothing here decides; it reads, starts and reads
 * back.
 *
 * <p>Nouns: {@link dev.backstay.gateway.Facts}, {@link dev.backstay.gateway.Observation}, {@link
 * dev.backstay.gateway.Lease}, {@link dev.backstay.gateway.GatewayPrograms}. Used by {@code
 * change}, {@code health}, {@code snapshot} and {@code transaction}.
 */
@NullMarked
package dev.backstay.gateway;

import org.jspecify.annotations.NullMarked;
