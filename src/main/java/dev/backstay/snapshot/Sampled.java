package dev.backstay.snapshot;

/**
 * What a look at some files has proved: the newest commit is signed by somebody whom this
 * controller believes, and so many files, chosen by chance, were decrypted and compared.
 *
 * @param commit the newest one
 * @param seed that chose them; the same one chooses the same files again
 * @param files that were looked at
 * @param of how many there are at the newest commit
 */
public record Sampled(String commit, long seed, int files, int of) {}
