package dev.backstay.snapshot;

/**
 * What looking through the whole history has proved: each commit is signed by somebody whom this
 * controller believes and all its parents are there; in each, manifest and files of the gateways
 * agree and every encrypted file is there. Not that the files are whole or decrypt.
 *
 * @param tip the newest commit
 * @param commits from the newest to the first
 * @param snapshots in them
 */
public record Chain(String tip, int commits, int snapshots) {}
