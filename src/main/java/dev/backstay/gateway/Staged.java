package dev.backstay.gateway;

/**
 * A package file that lies on the gateway's own disk.
 *
 * @param sha256 of the file, in hex, computed on the gateway
 * @param size in bytes
 */
public record Staged(String name, String version, String file, String sha256, long size) {}
