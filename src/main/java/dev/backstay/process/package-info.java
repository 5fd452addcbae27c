/**
 * What this process asks of its kernel past Java, through the C library: that its memory stays out
 * of swap and core dumps ({@link dev.backstay.process.MemoryLock}), and what its parent opened for
 * it ({@link dev.backstay.process.Descriptor}). Uses nothing of ours but {@code problem}; called by
 * the commands.
 */
@NullMarked
package dev.backstay.process;

import org.jspecify.annotations.NullMarked;
