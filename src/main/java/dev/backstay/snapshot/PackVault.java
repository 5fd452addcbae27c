package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.JGitInternalException;

/**
 * Keeps the repository small: puts loose objects into one pack, where trees that differ in one
 * gateway are stored as their difference. Only under the vault's lock; what is reachable is never
 * removed, and what is not stays for Git's usual two weeks, unless it was pruned.
 */
record PackVault(VaultRepository repository, int looseLimit) {
  /**
   * A snapshot makes about eight. Git itself packs at 6700; a vault lives on machines where nobody
   * runs git, and packing 2000 objects takes about a second.
   */
  static final int LOOSE_LIMIT = 2000;

  /** Each fetch brings one; Git itself joins them at 50. */
  private static final int PACK_LIMIT = 50;

  PackVault(VaultRepository repository) {
    this(repository, LOOSE_LIMIT);
  }

  /** Packs if it is worth it. Returns whether it did. */
  boolean packIfDue() throws IOException {
    if (loose() <= looseLimit && packs() <= PACK_LIMIT) {
      return false;
    }
    pack(Optional.empty());
    return true;
  }

  /** Packs, and drops what nothing refers to. Nobody else may be adding objects. */
  boolean dropUnreachable() throws IOException {
    pack(Optional.of(Instant.now()));
    return true;
  }

  private void pack(Optional<Instant> expire) throws IOException {
    var collect = Git.wrap(repository.git()).gc();
    expire.ifPresent(collect::setExpire);
    try {
      collect.call();
    } catch (GitAPIException | JGitInternalException failed) {
      throw failed.getCause() instanceof IOException disk ? disk : new IOException(failed);
    }
  }

  private long loose() throws IOException {
    long count = 0;
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(objects(), "[0-9a-f][0-9a-f]")) {
      for (Path folder : folders) {
        try (Stream<Path> files = Files.list(folder)) {
          count += files.count();
        }
      }
    }
    return count;
  }

  private long packs() throws IOException {
    try (Stream<Path> files = Files.list(objects().resolve("pack"))) {
      return files.filter(file -> file.toString().endsWith(".pack")).count();
    }
  }

  private Path objects() {
    return repository.folder().resolve("objects");
  }
}
