package dev.backstay.rollout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files and folders of a rollout that nobody else may read or write, whatever the umask is. A
 * journal tells who the clients are and where they were last, and who may write an order decides
 * what becomes of the gateways.
 */
public final class OwnersOnly {
  static final FileAttribute<Set<PosixFilePermission>> FILE = attribute("rw-------");

  /** Read by those who are to approve a plan, and written by its owner alone. */
  static final FileAttribute<Set<PosixFilePermission>> FILE_TO_BE_READ = attribute("rw-r--r--");

  private static final FileAttribute<Set<PosixFilePermission>> FOLDER = attribute("rwx------");

  private OwnersOnly() {}

  private static FileAttribute<Set<PosixFilePermission>> attribute(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }

  /** Made with its parents, as far as they are not there; one that is there stays as it is. */
  public static void makeFolder(Path folder) throws IOException {
    Files.createDirectories(folder, FOLDER);
  }
}
