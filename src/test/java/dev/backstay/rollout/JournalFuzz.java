package dev.backstay.rollout;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Whatever is in a file where a journal should be. {@code PREVIOUS} in a line stands for the digest
 * of the line before, which nobody comes upon by chance.
 */
public final class JournalFuzz {
  private static final Path FILE = file();

  private JournalFuzz() {}

  private static Path file() {
    try {
      Path file = Files.createTempFile("journal", ".fuzz");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Only what people are told may be thrown. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException, NoSuchAlgorithmException {
    Files.write(FILE, chained(new String(input, StandardCharsets.UTF_8)));
    try {
      RolloutState state = new RolloutState();
      Journal.read(FILE).forEach(state::accept);
    } catch (ProblemException told) {
      // Missing, damaged or newer.
    }
  }

  private static byte[] chained(String text) throws NoSuchAlgorithmException {
    StringBuilder out = new StringBuilder();
    String previous = "0".repeat(64);
    for (String line : text.split("\n")) {
      String whole = line.replace("PREVIOUS", previous);
      previous =
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256")
                      .digest(whole.getBytes(StandardCharsets.UTF_8)));
      out.append(whole).append('\n');
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }
}
