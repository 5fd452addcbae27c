package dev.backstay.snapshot;

import java.util.regex.Pattern;

/** What fits on a line of the manifest, so that it is read back as it was written. */
final class ManifestWords {
  private static final Pattern WORD = Pattern.compile("[\\p{Graph}&&\\p{ASCII}]{1,200}");
  private static final Pattern GATEWAY = Pattern.compile("[a-z0-9](?:[a-z0-9-]|\\.(?!\\.)){0,199}");

  private ManifestWords() {}

  /** The value is not echoed: what is in the wrong place may be a secret. */
  static void requireWord(String noun, String value) {
    if (!WORD.matcher(value).matches()) {
      throw VaultProblems.captureInvalid(
          noun + " is not a word of 1 to 200 printable ASCII characters without spaces");
    }
  }

  static void requireGateway(String name) {
    if (!GATEWAY.matcher(name).matches()) {
      throw VaultProblems.captureInvalid(
          "the name of a gateway consists of lower-case letters, digits, dots and dashes");
    }
  }

  static void requireReason(String reason) {
    boolean fits =
        !reason.isBlank()
            && reason.length() <= 500
            && reason.codePoints().noneMatch(Character::isISOControl);
    if (!fits) {
      throw VaultProblems.captureInvalid("the reason is not one line of 1 to 500 characters");
    }
  }
}
