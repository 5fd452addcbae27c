package dev.backstay.playbook;

import dev.backstay.problem.ProblemException;
import java.nio.charset.StandardCharsets;

/** Whatever is in a file where a playbook should be. */
public final class PlaybookFuzz {
  private PlaybookFuzz() {}

  /** Only what people are told may be thrown. */
  public static void fuzzerTestOneInput(byte[] input) {
    try {
      PlaybookReader.read("playbook.yaml", new String(input, StandardCharsets.UTF_8));
    } catch (ProblemException told) {
      // With every mistake in it.
    }
  }
}
