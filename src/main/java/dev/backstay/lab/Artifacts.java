package dev.backstay.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/** What {@code build} made for one kernel. */
record Artifacts(Path directory) {
  static boolean isComplete(Path directory) {
    Artifacts artifacts = new Artifacts(directory);
    return Files.isExecutable(artifacts.linux())
        && Files.isReadable(artifacts.rootfs())
        && Files.isReadable(artifacts.boot());
  }

  /** The User-Mode Linux executable. */
  Path linux() {
    return directory.resolve("linux");
  }

  /** The root file system all hosts share; none writes to it. */
  Path rootfs() {
    return directory.resolve("rootfs.ext4");
  }

  /** What each gateway's /boot is a copy of. */
  Path boot() {
    return directory.resolve("boot.ext4");
  }

  /** Makes this the one that is used, also where another recipe was built in between. */
  void choose() {
    try {
      Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
