package dev.backstay.snapshot;

import java.util.HashSet;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.ObjectChecker;

/** Which paths of a gateway the vault can hold: those that git can check out again anywhere. */
final class VaultPaths {
  /** Of an encrypted file in the repository. */
  static final String SUFFIX = ".age";

  private VaultPaths() {}

  static void require(Set<String> paths) {
    if (paths.isEmpty()) {
      throw VaultProblems.captureInvalid("there is no file in it");
    }
    Set<String> stored = new HashSet<>();
    for (String path : paths) {
      requireOne(path);
      stored.add(path + SUFFIX);
    }
    for (String path : paths) {
      for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        String folder = path.substring(0, slash);
        if (stored.contains(folder)) {
          throw VaultProblems.captureInvalid(
              "the folder '" + folder + "' has the name of another file once that is encrypted");
        }
      }
    }
  }

  private static void requireOne(String path) {
    if (path.codePoints().anyMatch(Character::isISOControl)) {
      throw VaultProblems.captureInvalid("a path holds a control character");
    }
    try {
      // Refuses empty segments, '.', '..', '.git' and what other file systems take for it.
      new ObjectChecker().setSafeForMacOS(true).setSafeForWindows(false).checkPath(path);
    } catch (CorruptObjectException unusable) {
      throw VaultProblems.captureInvalid("Git cannot hold the path '" + path + "'");
    }
  }
}
