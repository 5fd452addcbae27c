package dev.backstay.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A file that is replaced whole or not at all. */
final class WholeFile {
  private WholeFile() {}

  static void write(Path file, String text) throws IOException {
    Path whole = file.toAbsolutePath();
    Path half = Files.createTempFile(whole.resolveSibling("").normalize(), ".backstay-", ".new");
    try {
      Files.write(half, text.getBytes(StandardCharsets.UTF_8));
      Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(half, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(half);
    }
  }
}
