package dev.backstay.inventory;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whatever is in a file where an inventory should be. */
public final class InventoryFuzz {
  private static final Path FILE = file();

  private InventoryFuzz() {}

  private static Path file() {
    try {
      Path file = Files.createTempFile("inventory", ".fuzz");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Only what people are told may be thrown. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Files.write(FILE, input);
    try {
      new InventoryReader(Path.of("/home/nobody")).read(FILE);
    } catch (ProblemException told) {
      // With every mistake in it.
    }
  }
}
