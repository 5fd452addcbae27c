package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;

/**
 * One regular file of a gateway. Git keeps neither mode nor owner, so the manifest does.
 *
 * @param mode permission bits, 0 to 07777
 * @param owner {@code user:group}, without white space
 */
public record CapturedFile(SecretBytes content, int mode, String owner) {
  private static final int ALL_PERMISSION_BITS = 07777;

  /**
   * @throws ProblemException {@code capture-invalid}
   */
  public CapturedFile {
    if ((mode & ~ALL_PERMISSION_BITS) != 0) {
      throw VaultProblems.captureInvalid("the mode of a file lies outside 0 to 07777");
    }
    ManifestWords.requireWord("the owner of a file", owner);
  }
}
