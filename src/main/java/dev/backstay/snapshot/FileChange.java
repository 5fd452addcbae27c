package dev.backstay.snapshot;

/**
 * How one file differs between two snapshots; never how its content does.
 *
 * @param path on the gateway, without the leading slash
 * @param before size in bytes; 0 for an added file
 * @param after size in bytes; 0 for a removed file
 */
public record FileChange(String path, Kind kind, long before, long after) {
  /** What happened to the file. */
  public enum Kind {
    ADDED,
    REMOVED,
    /** Content, mode or owner differ. */
    CHANGED,
    /**
     * The same content, encrypted again: for other recipients, or because the old blob was damaged.
     */
    REENCRYPTED,
    /** Same size, mode and owner, but the digests were made with different keys: nobody can say. */
    INCOMPARABLE
  }
}
