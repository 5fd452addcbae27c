package dev.backstay.snapshot;

import dev.backstay.snapshot.FileChange.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/** Which files differ between two manifests of a gateway; needs no secret. */
final class CompareManifests {
  private CompareManifests() {}

  /**
   * @param from empty before the first snapshot
   */
  static List<FileChange> compare(Optional<Manifest> from, Manifest to) {
    SortedSet<String> paths = new TreeSet<>(to.files().keySet());
    from.ifPresent(manifest -> paths.addAll(manifest.files().keySet()));
    boolean comparable = from.map(m -> m.digestKey().equals(to.digestKey())).orElse(true);
    List<FileChange> changes = new ArrayList<>();
    for (String path : paths) {
      @Nullable StoredFile before = from.map(m -> m.files().get(path)).orElse(null);
      @Nullable StoredFile after = to.files().get(path);
      if (before == null && after != null) {
        changes.add(new FileChange(path, Kind.ADDED, 0, after.size()));
      } else if (before != null && after == null) {
        changes.add(new FileChange(path, Kind.REMOVED, before.size(), 0));
      } else if (before != null && after != null && !before.equals(after)) {
        Kind kind = kind(before, after, comparable);
        changes.add(new FileChange(path, kind, before.size(), after.size()));
      }
    }
    return changes;
  }

  /**
   * @param live what the gateway holds now
   */
  static List<FileChange> compareLive(Manifest saved, Capture live, VaultPlace place)
      throws IOException {
    try (DigestKey digests = DigestKey.named(saved.digestKey(), place.digestKey())) {
      SortedMap<String, StoredFile> now = new TreeMap<>();
      live.files()
          .forEach((path, file) -> {
            String digest = digests.digest(saved.gateway(), path, file.content());
            // Nothing of it is encrypted: there is no blob, and none is compared.
            ObjectId blob =
                Optional.ofNullable(saved.files().get(path))
                    .filter(stored -> stored.digest().equals(digest))
                    .map(StoredFile::blob)
                    .orElse(ObjectId.zeroId());
            now.put(
                path,
                new StoredFile(file.mode(), file.owner(), file.content().size(), digest, blob));
          });
      return compare(
          Optional.of(saved),
          new Manifest(
              saved.gateway(),
              live.takenAt(),
              live.facts(),
              saved.recipients(),
              saved.digestKey(),
              now));
    }
  }

  private static Kind kind(StoredFile before, StoredFile after, boolean comparable) {
    if (!before.sameAttributesAs(after)) {
      return Kind.CHANGED;
    }
    if (!comparable) {
      return before.blob().equals(after.blob()) ? Kind.REENCRYPTED : Kind.INCOMPARABLE;
    }
    return before.digest().equals(after.digest()) ? Kind.REENCRYPTED : Kind.CHANGED;
  }
}
