package dev.backstay.snapshot;

import java.util.List;

/**
 * What saving did.
 *
 * @param snapshot the snapshot that holds this state: a new one, or the older one that still does
 * @param committed false if nothing had changed and so nothing was written
 * @param changes by path, against the gateway's snapshot before
 * @param newDigestKey the controller's digest key was missing and a new one was made, so every file
 *     was encrypted anew; worth telling
 */
public record Saved(
    Snapshot snapshot, boolean committed, List<FileChange> changes, boolean newDigestKey) {
  public Saved {
    changes = List.copyOf(changes);
  }
}
