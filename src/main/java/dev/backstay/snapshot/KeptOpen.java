package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The repository for who saves one gateway after the other: opening it, its packs and their indexes
 * costs more than an unchanged gateway does. If another one stands in its place, that one is
 * opened. Used under the vault's lock.
 */
final class KeptOpen {
  private final Path path;
  private @Nullable VaultRepository repository;
  private @Nullable Object folder;

  KeptOpen(Path path) {
    this.path = path;
  }

  VaultRepository get() throws IOException {
    VaultRepository open = repository;
    if (open == null || !Objects.equals(folder, identity())) {
      close();
      open = VaultRepository.open(path);
      folder = identity();
      repository = open;
    }
    return open;
  }

  /** What tells a folder from another one of the same name. */
  private @Nullable Object identity() throws IOException {
    Path place = VaultRepository.folderOf(path);
    return Files.isDirectory(place)
        ? Files.readAttributes(place, BasicFileAttributes.class).fileKey()
        : null;
  }

  void close() {
    VaultRepository open = repository;
    repository = null;
    if (open != null) {
      open.close();
    }
  }
}
