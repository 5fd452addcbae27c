package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A small file with one secret in it, which nobody but its owner may read or write. */
final class SecretFile {
  /** A key has 45 bytes with its newline; whoever names another file by mistake gets a sentence. */
  private static final int LONGEST = 4096;

  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private SecretFile() {}

  /**
   * @param parse gets the bytes, which are wiped afterwards
   * @param kind for messages, with its article
   * @throws ProblemException {@code secret-open-to-others}, {@code not-a-key}
   */
  static <T> T read(Path file, String kind, Function<byte[], Optional<T>> parse) {
    byte[] bytes = new byte[LONGEST];
    try (InputStream in = Files.newInputStream(file)) {
      if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
        throw new ProblemException(
            "secret-open-to-others",
            file.toString(),
            "others than its owner may read or write this file, so " + kind + " in it is no secret",
            "chmod 600 " + file + ", and make a new one if somebody may have read it");
      }
      int length = in.readNBytes(bytes, 0, LONGEST);
      byte[] content = Arrays.copyOf(bytes, length);
      try {
        return parse
            .apply(content)
            .orElseThrow(() ->
                new ProblemException(
                    "not-a-key",
                    file.toString(),
                    "this is not " + kind + ", which has 44 characters of base64",
                    "make one: `wg genkey` for a private key, `wg genpsk` for a preshared one"));
      } finally {
        Arrays.fill(content, (byte) 0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
