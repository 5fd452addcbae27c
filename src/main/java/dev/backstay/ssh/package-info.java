/**
 * Transport to gateways: authenticated, host-key-verified SSH connections on which commands run.
 * The only package that knows the SSH library; nothing of it leaks. Used by {@code gateway}, and by
 * {@code snapshot} for a vault's remote.
 */
@NullMarked
package dev.backstay.ssh;

import org.jspecify.annotations.NullMarked;
